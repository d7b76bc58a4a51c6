// What is said of quotas and of wishes for more.
import type { ApprovalNotifier, Question, QuotaRequest } from '../approvals/index.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { PlanNotifier } from '../provision/notifier.ts';
import type { QuotaReport } from './usage/report.ts';
import type { QuotaNews } from './quota-request.ts';

export interface QuotaNotifier {
  /**
   * Asks the operators for a quota; of one person's wishes for one gateway one is open at a time, and a newer takes its place.
   * @returns the question: an earlier one where that asks for the same; and the wish that it has put an end to.
   */
  askForQuota(
    request: QuotaRequest,
  ): Promise<{ readonly question: Question; readonly instead: Question | undefined }>;
  /** To the asker's eyes; in a direct message where `to` names one, and then once a job. */
  tellQuota(to: Addressee, news: QuotaNews): Promise<void>;
  showQuota(to: Addressee, report: QuotaReport): Promise<void>;
}

export type QuotaContext = JobContext & {
  readonly notifier: QuotaNotifier & ApprovalNotifier & PlanNotifier;
};
