// Approval notifier port: ask, close and report questions.
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { ApprovalRequest, Question } from './questions.ts';

export interface ApprovalNotifier {
  /**
   * Asks the operators once per id; `waiting` gets a note, and the decision arrives as a separate job.
   * @returns an earlier decision, and the question's expiry.
   */
  askApproval(
    request: ApprovalRequest,
    waiting?: Addressee,
  ): Promise<Pick<Question, 'decision' | 'until'>>;
  question(id: string): Promise<Question | undefined>;
  /** Updates the question in every place. `reopened`: the decision could not be carried out yet. */
  closeQuestion(id: string, how: 'decided' | 'expired' | 'reopened'): Promise<Question | undefined>;
  /** Tells the requester in a direct message, once, that the request was declined or has expired. */
  tellQuestion(question: Question): Promise<void>;
}

export type ApprovalContext = JobContext & { readonly notifier: ApprovalNotifier };
