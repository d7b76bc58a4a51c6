// The bot's marks for scripts: the job of an answer, and its status.
import type { ScreenMessage, ScreenModal } from '../slack/screen.ts';

export type Status = 'ok' | 'failed' | 'refused' | 'asked';

export type Mark =
  | { readonly kind: 'accepted'; readonly job: string }
  | { readonly kind: 'outcome'; readonly job: string; readonly status: Status };

const BLOCK_MARK = /^llmgw\.(?:accepted|outcome:(ok|failed|refused|asked)):([a-z0-9-]+)$/;

/** Channel messages have the mark as metadata; ephemeral ones and modals in the first block's id. */
export function markOf(shown: ScreenMessage | ScreenModal): Mark | undefined {
  const metadata = 'metadata' in shown ? shown.metadata : undefined;
  if (metadata !== undefined) {
    const { status, job } = metadata.event_payload;
    if (typeof job !== 'string') return undefined;
    if (metadata.event_type === 'llmgw_accepted') return { kind: 'accepted', job };
    if (metadata.event_type === 'llmgw_outcome' && isStatus(status)) {
      return { kind: 'outcome', job, status };
    }
  }
  const [, status, job] = BLOCK_MARK.exec(shown.blocks[0]?.block_id ?? '') ?? [];
  if (job === undefined) return undefined;
  return isStatus(status) ? { kind: 'outcome', job, status } : { kind: 'accepted', job };
}

function isStatus(word: unknown): word is Status {
  return word === 'ok' || word === 'failed' || word === 'refused' || word === 'asked';
}
