// What a command is: its form, who may use it, and what it does.
import type { Addressee, SeenBy } from '../../../jobs/audience.ts';
import type { Approvals } from '../../stores/approval-store.ts';
import type { AuditTrail } from '../../stores/audit-trail.ts';
import type { AskStore } from '../../stores/ask-store.ts';
import type { GatewayConfig } from '../../config.ts';
import type { HomeStore } from '../../stores/home-store.ts';
import type { Log } from '../../log.ts';
import type { Who } from '../../runbook/journal.ts';
import type { Queues } from '../../runbook/queue.ts';
import type { RunStore } from '../../runbook/run-store.ts';
import type { Leases, Subscriptions } from '../../stores/watch-store.ts';
import type { Permission } from '../authorize.ts';
import type { Deadline } from '../deadline.ts';
import type { HomePages } from '../home/home-page.ts';
import type { Messenger } from '../send/messenger.ts';
import type { CommandForm, TypedCommand } from '../parse-command.ts';
import type { Permissions } from '../permissions.ts';
import type { SlackMemory } from '../slack-memory.ts';
import type { Message } from '../views/message.ts';
import type { RunbookOutline } from '../views/run-card.ts';

/** One use of a command, however it was given. */
export interface Call {
  readonly by: Who;
  readonly via: 'slash' | 'mention' | 'direct' | 'click';
  /** Set for mentions and direct messages: answers go there. */
  readonly threadTs: string | undefined;
  /** The thread has no reply yet: Slack shows no ephemeral message in it. */
  readonly isThreadNew?: boolean;
  /** Of the conversation that the thread holds: questions in it go on at that gateway. */
  readonly threadGateway?: string | undefined;
  /** Who sees the outcome; its ack says so. */
  readonly seenBy: SeenBy;
  /** Opens a window within three seconds; missing for mentions. */
  readonly triggerId: string | undefined;
  /** Asked for from a window or from Home: the answer comes in a window, and `Reply.fills` names its job. */
  readonly inWindow?: true;
  /** Slack's own id of the delivery: ids of jobs come from it. */
  readonly delivery: string;
  /** The command's job: its name, and a part that comes from the delivery. */
  readonly job: string;
  readonly typed: TypedCommand;
  readonly deadline: Deadline;
}

/** What commands work with. */
export interface Desk {
  readonly queues: Queues;
  readonly store: RunStore;
  readonly memory: SlackMemory;
  readonly messenger: Messenger;
  readonly permissions: Permissions;
  /** By name; which one a command is about, `chosenGateway` tells. */
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
  readonly outlines: readonly RunbookOutline[];
  readonly leases: Leases;
  readonly subscriptions: Subscriptions;
  readonly approvals: Approvals;
  /** Runbooks that begin only once another operator has approved them. */
  readonly twoPerson: readonly string[];
  readonly audit: AuditTrail;
  readonly asks: AskStore;
  readonly homes: HomeStore;
  readonly homePages: HomePages;
  readonly log: Log;
}

/** Where a command's job answers. */
export function answersTo(
  {
    by,
    threadTs,
    isThreadNew,
    seenBy,
    inWindow,
  }: Pick<Call, 'by' | 'threadTs' | 'isThreadNew' | 'inWindow'> & { readonly seenBy?: SeenBy },
  job: string,
): Addressee {
  return {
    ...by,
    threadTs,
    isThreadNew,
    seenBy,
    job,
    // The window has no id before it is open; the job finds it under its own id.
    ...(inWindow === true ? { viewId: job } : {}),
  };
}

export interface Reply {
  readonly message: Message;
  /** Done once the reply is on its way; its failure is logged, and changes no outcome. */
  readonly after?: () => Promise<void>;
  /** After a mention: to the person alone, as the thread will hold what counts. */
  readonly isPersonal?: boolean;
  /** The job whose answer goes into a window, where the call has asked for that. */
  readonly fills?: string;
  /** `after` opens a window in which everything stands. */
  readonly opens?: true;
  /** What becomes of it is shown some seconds later, so that these words are needed meanwhile. */
  readonly isShownLater?: true;
  /** An equal delivery was answered before. */
  readonly isRepeat?: boolean;
}

export interface Command extends CommandForm {
  /** One line for the list. */
  readonly help: string;
  readonly permission: Permission;
  /** Slack is asked at each use who is an operator. */
  readonly isPermissionFresh?: true;
  /** Its outcome is a message for the whole channel, so the bot must be able to post there. */
  readonly isPublic: boolean;
  /** This use of it concerns the person alone: nobody else sees its outcome. */
  isPersonal?(typed: TypedCommand): boolean;
  /** Changes or starts something, so a repeated delivery must not do it again. */
  readonly hasEffect: boolean;
  run(call: Call, desk: Desk): Promise<Reply>;
}
