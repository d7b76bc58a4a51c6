// The completion that an answer's outcome makes: the same for a stream and for a body. Pure.
import type {
  CompletionAnswer,
  CompletionFault,
  CompletionRequest,
  NetworkFault,
} from './client.ts';
import { type Progress, outcomeOf } from './ending.ts';
import { stoppedAt } from './fault.ts';

/** The caller adds what the answer's head said. */
export type Concluded =
  Omit<CompletionAnswer, 'status' | 'headers'> | Omit<CompletionFault, 'status' | 'headers'>;

export interface Arrived {
  readonly request: CompletionRequest;
  /** Why no more came, where the answer's last word did not come. */
  readonly lost?: NetworkFault | undefined;
  /** As it came; empty for a streamed answer. */
  readonly body: string;
  /** An answer had begun; else an error came in its place. */
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
      // After a finish reason only the usage can be lost.
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
