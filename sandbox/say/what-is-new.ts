// Comparison of two screens of one person: new and changed messages and modals.
import type { Screen, ScreenMessage, ScreenModal } from '../slack/screen.ts';

export interface News {
  readonly messages: readonly ScreenMessage[];
  readonly modals: readonly ScreenModal[];
}

/** The person's own messages are not new to them. */
export function whatIsNew(before: Screen, now: Screen): News {
  const known = new Map(before.messages.map((each) => [each.ts, fingerprint(each)]));
  const knownModals = new Map(before.modals.map((each) => [each.id, JSON.stringify(each)]));
  return {
    messages: now.messages.filter(
      (each) => each.from.id !== now.me.id && known.get(each.ts) !== fingerprint(each),
    ),
    modals: now.modals.filter((each) => knownModals.get(each.id) !== JSON.stringify(each)),
  };
}

/** A reply under a message does not change the message. */
function fingerprint(message: ScreenMessage): string {
  return JSON.stringify({ ...message, replyCount: 0 });
}
