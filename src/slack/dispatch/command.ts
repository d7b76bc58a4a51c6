// Command types: the call, the reply and the handler.
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

/** One use of a command, from any surface. */
export interface Call {
  readonly by: Who;
  readonly via: 'slash' | 'mention' | 'direct' | 'click';
  /** Set for mentions and direct messages: answers go there. */
  readonly threadTs: string | undefined;
  /** The thread has no reply yet: Slack shows no ephemeral message in it. */
  readonly isThreadNew?: boolean;
  /** Gateway of the conversation in the thread, for follow-up questions. */
  readonly threadGateway?: string | undefined;
  /** Audience of the outcome; its ack states it. */
  readonly seenBy: SeenBy;
  /** Opens a modal within three seconds; missing for mentions. */
  readonly triggerId: string | undefined;
  /** From a modal or Home: the answer opens in a modal, and `Reply.fills` names its job. */
  readonly inModal?: true;
  /** Slack's own id of the delivery: ids of jobs come from it. */
  readonly delivery: string;
  /** The command's job: its name, and a part that comes from the delivery. */
  readonly job: string;
  readonly typed: TypedCommand;
  readonly deadline: Deadline;
}

export interface LeaseReader {
  /** ms since the epoch; `ending` names the teardown run, and `lapsed` the reason for none. */
  read(
    gateway: string,
  ): Promise<
    { readonly until: number; readonly ending?: string; readonly lapsed?: object } | undefined
  >;
}

/** Context of every handler; a capability adds its own stores to it. */
export interface HandlerContext {
  /** Of all capabilities. */
  readonly handlers: Handlers;
  readonly queues: Queues;
  readonly store: RunStore;
  readonly texts: Texts;
  readonly memory: SlackMemory;
  readonly messenger: Messenger;
  readonly permissions: Permissions;
  /** By name; `chosenGateway` selects the gateway of a command. */
  readonly gateways: Readonly<Record<string, GatewayConfig>>;
  /** Runbooks that require an approval by another operator. */
  readonly requiresApproval: readonly string[];
  /** Scheduled teardowns: their start may need an approver too. */
  readonly leases: LeaseReader;
  /** Scheduled jobs, not started by a person: they wait for days, and no list shows them. */
  readonly timedJobs: readonly string[];
  readonly audit: AuditTrail;
  readonly log: Log;
}

/** Place of a command's answers. */
export function answersTo(
  {
    by,
    threadTs,
    isThreadNew,
    seenBy,
    inModal,
  }: Pick<Call, 'by' | 'threadTs' | 'isThreadNew' | 'inModal'> & { readonly seenBy?: SeenBy },
  job: string,
): Addressee {
  return {
    ...by,
    threadTs,
    isThreadNew,
    seenBy,
    job,
    // The modal has no id before it is open; the job finds it under its own id.
    ...(inModal === true ? { viewId: job } : {}),
  };
}

export interface Reply {
  readonly message: Message;
  /** Runs once the reply is sent; its failure is logged, and changes no outcome. */
  readonly after?: () => Promise<void>;
  /** After a mention: for the person alone, as the thread will show the result. */
  readonly isPersonal?: boolean;
  /** The job whose answer goes into a modal, if the call asked for one. */
  readonly fills?: string;
  /** `after` opens a modal that shows everything. */
  readonly opens?: true;
  /** The result follows a few seconds later, so this message is shown until then. */
  readonly isShownLater?: true;
  /** An equal delivery had a reply before. */
  readonly isRepeat?: boolean;
}

export interface Command<D extends HandlerContext = HandlerContext> extends CommandGrammar {
  /** One line of at most 60 characters for the list, without a full stop. */
  readonly summary: string;
  /** Details for `help COMMAND`, in full sentences. */
  readonly help: string;
  /** A full command, without the slash word. */
  readonly example: string;
  readonly permission: Permission;
  /** Operators are read from Slack at each use. */
  readonly isPermissionFresh?: true;
  /** Its outcome is a message for the whole channel, so the bot must be able to post there. */
  readonly isPublic: boolean;
  /** This use concerns the person alone: its outcome is private. */
  isPersonal?(typed: TypedCommand): boolean;
  /** Changes or starts something, so a repeated delivery must not repeat it. */
  readonly hasEffect: boolean;
  run(call: Call, ctx: D): Promise<Reply>;
}
