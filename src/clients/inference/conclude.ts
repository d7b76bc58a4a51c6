// Completion from an answer's outcome, the same for streams and bodies. Pure.
import type {
  CompletionAnswer,
  CompletionFault,
  CompletionRequest,
  NetworkFault,
} from './client.ts';
import { type Progress, outcomeOf } from './ending.ts';
import { stoppedAt } from './fault.ts';

/** The caller adds the fields of the response head. */
export type Concluded =
  Omit<CompletionAnswer, 'status' | 'headers'> | Omit<CompletionFault, 'status' | 'headers'>;

export interface Arrived {
  readonly request: CompletionRequest;
  /** Reason of the early end, if the finish reason is missing. */
  readonly lost?: NetworkFault | undefined;
  /** The unchanged body; empty for a streamed answer. */
  readonly body: string;
  /** An answer had begun; otherwise the response is an error. */
  readonly isAnswer: boolean;
  readonly timing: Pick<CompletionAnswer, 'firstTokenMs' | 'totalMs' | 'streamed' | 'pieces'>;
}

export function conclude(
  progress: Progress,
  { request, lost, body, isAnswer, timing }: Arrived,
): Concluded {
  const outcome = outcomeOf(progress);
  const broken = { midStream: isAnswer, partialText: progress.text, body };
  switch (outcome.kind) {
    case 'fault':
      return stoppedAt({ ...broken, body: body === '' ? outcome.body : body });
    case 'unfinished': {
      const { unfinished } = outcome;
      // After a finish reason, only the usage can be missing.
      const network = unfinished.why === 'no_end' ? lost : undefined;
      return stoppedAt({ ...broken, network, unfinished });
    }
    case 'whole':
      return {
        ok: true,
        text: progress.text,
        model: progress.model ?? request.model,
        usage: progress.usage,
        finishReason: outcome.ending,
        body,
        ...timing,
      };
  }
}
