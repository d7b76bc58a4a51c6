// Quota notifier port: reports, requests and news.
import type { ApprovalNotifier, Question, QuotaRequest } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { PlanNotifier } from '../provision/notifier.ts';
import type { QuotaReport } from './usage/report.ts';
import type { QuotaNews } from './quota-request.ts';

export interface QuotaNotifier {
  /**
   * Asks the operators for a quota; a newer request of the same person for the gateway replaces an open one.
   * @returns the question, which is an earlier one for the same limit, and the replaced request.
   */
  askForQuota(
    request: QuotaRequest,
  ): Promise<{ readonly question: Question; readonly instead: Question | undefined }>;
  /** An ephemeral message, or a direct message once per job. */
  tellQuota(to: Addressee, news: QuotaNews): Promise<void>;
  showQuota(to: Addressee, report: QuotaReport): Promise<void>;
}

export type QuotaContext = JobContext & {
  readonly notifier: QuotaNotifier & ApprovalNotifier & PlanNotifier;
};
