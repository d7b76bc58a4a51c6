// What a command is: its form, who may use it, and what it does.
import type { Addressee, SeenBy } from '../../job/addressee.ts';
import type { AuditTrail } from '../../kernel/audit-trail.ts';
import type { GatewayConfig } from '../../kernel/config.ts';
import type { Log } from '../../kernel/log.ts';
import type { Texts } from '../../kernel/texts.ts';
import type { Who } from '../../engine/journal.ts';
import type { Queues } from '../../engine/queue.ts';
import type { RunStore } from '../../engine/run-store.ts';
import type { Permission } from '../people/authorize.ts';
import type { Deadline } from './deadline.ts';
import type { Messenger } from '../send/messenger.ts';
import type { Handlers } from './handlers.ts';
import type { CommandGrammar, TypedCommand } from './parse-command.ts';
import type { Permissions } from '../people/permissions.ts';
import type { SlackMemory } from '../send/slack-memory.ts';
import type { Message } from '../messages/message.ts';

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

export interface LeaseReader {
  /** ms since the epoch; `ending` names the run once the end began, and `lapsed` says why it tore nothing down. */
  read(
    gateway: string,
  ): Promise<
    { readonly until: number; readonly ending?: string; readonly lapsed?: object } | undefined
  >;
}

/** What every handler works with; a capability adds its own stores to it. */
export interface HandlerContext {
  /** Of all capabilities. */
  readonly handlers: Handlers;
  readonly queues: Queues;
  readonly store: RunStore;
  readonly texts: Texts;
  readonly memory: SlackMemory;
  readonly messenger: Messenger;
  readonly permissions: Permissions;
  /** By name; which one a command is about, `chosenGateway` tells. */
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
  /** Runbooks that begin only once another operator has approved them. */
  readonly requiresApproval: readonly string[];
  /** When gateways are torn down by themselves: such an end may need an approver, too. */
  readonly leases: LeaseReader;
  /** Jobs that are begun by time and not by a person: they wait for days, and are nothing to look at. */
  readonly timedJobs: readonly string[];
  readonly audit: AuditTrail;
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

export interface Command<D extends HandlerContext = HandlerContext> extends CommandGrammar {
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
  run(call: Call, ctx: D): Promise<Reply>;
}
