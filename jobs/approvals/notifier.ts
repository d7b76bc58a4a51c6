// Questions to operators, as they are asked, closed and answered.
import type { Addressee } from '../../src/job/addressee.ts';
import type { JobContext } from '../../src/job/context.ts';
import type { ApprovalRequest, Question } from './questions.ts';

export interface ApprovalNotifier {
  /**
   * Asks the operators, once an id; what they decide comes as a job of its own, and whoever waits for it is told so.
   * @returns what was decided on it before, and until when it is open.
   */
  askApproval(
    request: ApprovalRequest,
    waiting?: Addressee,
  ): Promise<Pick<Question, 'decision' | 'until'>>;
  question(id: string): Promise<Question | undefined>;
  /** Says wherever it was asked what has become of it. `reopened`: it could not be carried out yet. */
  closeQuestion(id: string, how: 'decided' | 'expired' | 'reopened'): Promise<Question | undefined>;
  /** Tells whoever waits for it, in a direct message and once, that it was denied or that nobody has decided in time. */
  tellQuestion(question: Question): Promise<void>;
}

export type ApprovalContext = JobContext & { readonly notifier: ApprovalNotifier };
