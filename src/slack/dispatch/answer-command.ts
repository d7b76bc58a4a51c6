// Command dispatch: parse, authorize, deduplicate and run within the ack deadline.
import { faultAbout } from '../../kernel/errors.ts';
import { commandFor } from '../../kernel/named-commands.ts';
import type { Call, Command, HandlerContext, Reply } from './command.ts';
import { canPost, rememberedPost } from './channel-access.ts';
import { ackFault, withinDeadline } from './deadline.ts';
import { typedGateway } from './gateway-choice.ts';
import { jobId } from './job-id.ts';
import { once } from './once.ts';
import { type Parsed, parseCommand } from './parse-command.ts';
import { faultMessage } from '../messages/fault.ts';
import { invalidCommand, refusal, unknownCommand } from './refusals.ts';
import { auditCommand } from './audit.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';

export type GivenCall = Omit<Call, 'typed' | 'deadline' | 'job' | 'seenBy'>;

export interface Answered extends Reply {
  /** The command's name, or its parse error: for metrics. */
  readonly command: string;
}

/** Never rejects: a failure becomes the reply. */
export async function answerCommand(
  text: string,
  given: GivenCall,
  ctx: HandlerContext,
): Promise<Answered> {
  const parsed = parseCommand(text, ctx.handlers.grammars);
  const command = parsed.kind === 'command' ? commandNamed(ctx, parsed.command.name) : undefined;
  if (parsed.kind !== 'command' || command === undefined) {
    const job = jobId('command', given.delivery);
    return { message: misunderstood(parsed, text, ctx, job), command: 'none' };
  }
  const job = jobId(command.name, given.delivery);
  const isPersonal = command.isPersonal?.(parsed.command) === true;
  const seenBy = isPersonal ? 'asker' : 'everybody';
  const call = { ...given, typed: parsed.command, job, seenBy } as const;
  const reply = await withinDeadline((deadline) =>
    runOnce(command, { ...call, deadline }, ctx),
  ).catch((error: unknown): Reply => {
    const fault = faultAbout(ackFault(error), typedGateway(ctx, parsed.command));
    ctx.log.warn({ command: command.name, job, err: fault }, 'command failed');
    return { message: faultMessage(fault, job) };
  });
  auditCommand(ctx, command, call, { said: text, reply });
  // An ack or a refusal shows nothing personal; and direct messages have no other readers.
  const { mark } = reply.message;
  const holdsAnswer = mark?.kind === 'outcome' && mark.status === 'ok';
  return {
    ...(isPersonal && holdsAnswer && given.via === 'mention' ? { isPersonal } : {}),
    ...reply,
    command: command.name,
  };
}

function commandNamed({ handlers }: HandlerContext, name: string): Command | undefined {
  return handlers.commands.find((command) => command.name === name);
}

function misunderstood(parsed: Parsed, text: string, ctx: HandlerContext, job: string) {
  switch (parsed.kind) {
    case 'unknown':
      return unknownCommand(parsed.word, suggested(parsed.suggestion, text, ctx), job);
    case 'invalid':
      return invalidCommand(parsed.problem, commandNamed(ctx, parsed.name)?.usage ?? 'help', job);
    case 'command':
      return unknownCommand(parsed.command.name, undefined, job);
  }
}

/** The suggestion names the typed gateway. */
function suggested(
  name: string | undefined,
  text: string,
  ctx: HandlerContext,
): string | undefined {
  if (name === undefined) return undefined;
  const meant = parseCommand(text.replace(/^\s*\S+/, name), ctx.handlers.grammars);
  const gateway = meant.kind === 'command' ? typedGateway(ctx, meant.command) : undefined;
  return gateway === undefined ? name : commandFor(name, gateway);
}

async function runOnce(command: Command, call: Call, ctx: HandlerContext): Promise<Reply> {
  const { job } = call;
  const verdict = await ctx.permissions.may(command.permission, call.by, {
    isFresh: command.isPermissionFresh === true,
  });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job) };
  if (!command.hasEffect) return command.run(call, ctx);
  const isHeardThere = call.via === 'mention' || call.via === 'direct';
  const isShown = command.isPublic && command.isPersonal?.(call.typed) !== true;
  // Read together with the earlier needs, as each Redis response takes time.
  const remembered = isShown && !isHeardThere ? rememberedPost(ctx, call.by) : undefined;
  return once(
    ctx,
    call.delivery,
    async () => {
      if (remembered === undefined || (await canPost(ctx, call.by, remembered))) {
        return command.run(call, ctx);
      }
      return cannotPost(job);
    },
    job,
  );
}

/** Tells the person now, not ten minutes later, that the bot can't post here. */
function cannotPost(job: string): Reply {
  const text = mrkdwn`I'm not a member of this channel. *Next:* Run \`/invite @llmgw\` and try again, or send me the command in a direct message.`;
  return { message: refusal(text, job, mrkdwn`Can't post here.`) };
}
