// Delivery modes of an answer, and the choice among them.
import type { Asked } from './notifier.ts';
import type { Addressee } from '../../../src/job/addressee.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { AgentSessions } from './agent-sessions.ts';
import type { CallBudget } from '../../../src/slack/send/call-budget.ts';
import type { Messenger } from '../../../src/slack/send/messenger.ts';
import type { NativeStreams } from './native-streams.ts';
import type { Outgoing } from '../../../src/slack/send/outgoing.ts';
import type { AnswerPlace, Place, SlackMemory } from '../../../src/slack/send/slack-memory.ts';
import type { AskedBy, Ending } from './view.ts';

export interface AnswerParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly outgoing: Outgoing;
  readonly streams: NativeStreams;
  readonly sessions: AgentSessions;
  readonly budget: CallBudget;
  /** In a channel a stream is visible only to the asker, and edits are visible to everyone. */
  readonly channelAnswers: 'stream' | 'edit';
  /** The question's text, while it is stored. */
  readonly promptOf: (job: string) => Promise<string | undefined>;
  readonly log: Log;
}

/** One answer in delivery. */
export interface Outlet {
  /** The thread for replies; undefined before the first message and for ephemeral answers. */
  thread(): { readonly channel: string; readonly ts: string } | undefined;
  grow(text: string): void;
  wait(why: string): Promise<void>;
  end(ending: Ending): Promise<void>;
  abandon(): void;
}

export interface AnswerStart {
  readonly parts: AnswerParts;
  readonly to: Addressee;
  readonly by: AskedBy;
  readonly asked: Asked;
  /** State from an earlier worker or an earlier try. */
  readonly known: AnswerPlace | undefined;
}

/**
 * `streamed`: Slack's own stream in the question's thread. `edited`: one message that is edited as it grows.
 * `whole`: one post at the end. `ephemeral`: shown only to the asker, at the end.
 */
export type Way = 'streamed' | 'edited' | 'whole' | 'ephemeral';

/** Slack allows 50 edits a minute for the whole workspace, which limits the edited answers a minute. */
const editedAMinute = 12;

/** The choice of the mode. An unavailable mode falls back to the next one below. */
export async function chooseWay({ parts, to, asked, known }: AnswerStart): Promise<Way> {
  if (asked.isPrivate) return 'ephemeral';
  // A started answer ends in its own message.
  if (known?.at !== undefined) return 'edited';
  const mayStream = parts.channelAnswers === 'stream' || to.channel.startsWith('D');
  if (asked.streams && mayStream && (await parts.streams.reserve())) return 'streamed';
  if (known?.root !== undefined) return 'edited';
  return (await parts.budget.reserve('edited-answers', editedAMinute)) ? 'edited' : 'whole';
}

/** Thread for replies: that of the question, else the thread below the question's own message. */
export function threadOf({ to }: AnswerStart, root: Place | undefined): Place | undefined {
  if (to.threadTs !== undefined && (root === undefined || root.channel === to.channel)) {
    return { channel: to.channel, ts: to.threadTs };
  }
  return root;
}
