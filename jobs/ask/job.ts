// The ask job: a completion with the asker's key, shown in one growing message.
import type { AskContext } from './context.ts';
import type { AnswerMessage } from './answer/notifier.ts';
import type { AskPayload } from './payload.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { Completion } from '../../src/clients/inference/client.ts';
import { withoutReasoning } from '../../src/clients/inference/reasoning.ts';
import type { HeldKey } from '../../src/gateway/credential.ts';
import type { KeyOwner } from '../../src/gateway/developer.ts';
import { explain, recognise } from '../../src/gateway/faults/explain.ts';
import { notYet, deferJob } from '../../src/kernel/not-yet.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { formatBound } from '../../src/kernel/duration.ts';
import { windowName } from '../../src/kernel/quota-window.ts';
import { activationOf } from './activation.ts';
import { answerTo } from './answer-to.ts';
import { asCurlPrints } from './raw-answer.ts';
import { putQuestion } from './put-question.ts';
import {
  type ResolvedAccess,
  forgetAccess,
  keyOwnerOf,
  resolveAccess,
} from '../../src/gateway/access-cache.ts';
import {
  type StoredEnding,
  type TurnEnding,
  keepEnding,
  readEnding,
  showEnding,
} from './stored-ending.ts';
import { countRequest, warnOnce } from './warn-once.ts';

/** Retention of a question for another try, and of its answer for recognition. */
const keptMs = 86_400_000;

/**
 * Repeatable: the job's id identifies the message, so a second worker writes into the same one.
 * Answers and faults of the gateway end in that message; earlier failures throw.
 * @throws refused/no_key, refused/key_not_approved, refused/no_gateway, permanent/profile_hidden; transient/not_yet.
 */
export async function ask(context: AskContext, payload: AskPayload): Promise<void> {
  const { asks } = context;
  const { user, job } = payload.to;
  const stop = new AbortController();
  const ended = context.meter.begin();
  let outcome: string | undefined;
  const listening = asks.onStop(job, () => stop.abort());
  const place = asks.hold(user, job);
  try {
    // Redis is read once for everything: an answer waits for one round trip, not for five.
    const [begun] = await Promise.all([begin(context, payload), listening]);
    if (!begun.isDone) outcome = await takeTurn(context, payload, { ...begun, stop: stop.signal });
  } catch (error) {
    const { code } = toFault(error);
    if (code !== notYet && !context.signal.aborted) outcome = code;
    if (code !== notYet) await asks.leave(user, job);
    throw error;
  } finally {
    place.end();
    ended(outcome);
    await listening.then(
      ({ end }) => end(),
      () => undefined,
    );
  }
  await asks.leave(user, job);
}

interface StartedTurn {
  /** An earlier try has answered it. */
  readonly isDone: boolean;
  /** The person's own earlier questions. */
  readonly ahead: number;
  readonly prompt: string | undefined;
  /** An earlier try has stored the ending, and may not have shown it. */
  readonly ended: StoredEnding | undefined;
  readonly env: ProvisionEnv;
}

type Turn = Omit<StartedTurn, 'isDone'> & { readonly stop: AbortSignal };

async function begin(context: AskContext, payload: AskPayload): Promise<StartedTurn> {
  const { asks, texts } = context;
  const { user, job } = payload.to;
  const [done, ended, ahead, prompt, env] = await Promise.all([
    texts.read(doneRef(job)),
    readEnding(context, job),
    asks.ahead(user, job),
    texts.read(payload.prompt),
    context.env(payload.gateway),
  ]);
  return { isDone: done !== undefined, ended, ahead, prompt, env };
}

/** @returns the outcome. */
async function takeTurn(context: AskContext, payload: AskPayload, turn: Turn): Promise<string> {
  if (turn.ended === undefined && turn.ahead > 0 && !turn.stop.aborted) {
    throw deferJob('Earlier questions of this person are answered first.', 400 * turn.ahead);
  }
  const outcome = await answer(context, payload, turn);
  await context.texts.keep(doneRef(payload.to.job), 'answered', keptMs);
  return outcome;
}

const doneRef = (job: string): string => `done-${job}`;

async function answer(
  context: AskContext,
  payload: AskPayload,
  { prompt, env, stop, ended }: Turn,
): Promise<string> {
  const { notifier, asks } = context;
  const { to, isPrivate, isRaw } = payload;
  const open = (streams: boolean): Promise<AnswerMessage> =>
    notifier.openAnswer(to, { prompt: prompt ?? '', isPrivate, streams });
  if (ended !== undefined) {
    return showEnding(context, await open(ended.streams), to.job, ended);
  }
  if (prompt === undefined) {
    await (await open(false)).interrupted();
    return 'interrupted';
  }
  if (stop.aborted) {
    await (await open(false)).stopped('');
    return 'stopped';
  }
  const owner = await keyOwnerOf(context, env, to.user);
  const known = await resolveAccess(context, env, owner);
  const streams = known.access.streams && !isRaw;
  const start = open(streams);
  const put = ({ access, held }: ResolvedAccess) =>
    answerTo(context, env, { ...access, streams, payload, prompt, held, stop }, start);
  const answered = putQuestion(context, { env, owner, known, put });
  // A failure to open the message is reported first.
  answered.catch(() => undefined);
  const message = await start;
  try {
    if (message.thread !== undefined) await asks.begin(message.thread, env.gateway.name);
    const at = { context, env, payload, prompt, streams, message, owner };
    return await conclude({ ...at, ...(await answered) });
  } catch (error) {
    message.abandon();
    throw error;
  }
}

interface Concluding {
  readonly context: AskContext;
  readonly env: ProvisionEnv;
  readonly payload: AskPayload;
  readonly prompt: string;
  readonly streams: boolean;
  readonly message: AnswerMessage;
  readonly owner: KeyOwner;
  readonly held: HeldKey;
  /** undefined: the asker stopped the answer. */
  readonly completion: Completion | undefined;
  readonly partial: string;
  readonly history: { readonly shown: number; readonly left: number };
}

async function conclude(at: Concluding): Promise<string> {
  const { completion, context, env, payload, partial } = at;
  if (completion === undefined) {
    // Apigee counts a request once its answer has started.
    const usedHere = partial === '' ? 0 : await countRequest(at);
    return end(at, usedHere, { how: 'stopped', partial });
  }
  if (!completion.ok) return fault(at, completion);
  context.meter.answered(completion);
  const { quota } = env.gateway;
  const usedHere = await countRequest(at);
  const { usage, model, totalMs } = completion;
  const text = withoutReasoning(completion.text);
  const answer = {
    text: payload.isRaw ? asCurlPrints(completion) : text,
    form: payload.isRaw ? ('raw' as const) : ('markdown' as const),
    model,
    promptTokens: usage?.promptTokens,
    completionTokens: usage?.completionTokens,
    firstTokenMs: completion.streamed ? completion.firstTokenMs : undefined,
    totalMs,
    quota: { limit: quota.limit, window: windowName(quota), usedHere },
    cutAt: completion.finishReason === 'length' ? payload.maxTokens : undefined,
    isFiltered: completion.finishReason === 'content_filter',
    history: at.history,
  };
  const said = {
    gateway: env.gateway.name,
    prompt: context.redact(at.prompt),
    answer: context.redact(text),
  };
  return end(at, usedHere, { how: 'finish', answer }, payload.isRaw ? undefined : said);
}

/** Stored first: after an interruption, the next try shows the stored ending and asks nothing again. */
async function end(
  at: Concluding,
  usedHere: number,
  ending: TurnEnding,
  said?: StoredEnding['said'],
): Promise<string> {
  const { context, message, payload, streams } = at;
  const { job } = payload.to;
  const whole = { ending, streams, ...(said && { said }) };
  await keepEnding(context, job, whole);
  const outcome = await showEnding(context, message, job, whole);
  await warnOnce(at, usedHere);
  return outcome;
}

/** @throws transient/not_yet while the key is too new for Apigee's runtime. */
async function fault(at: Concluding, completion: Completion & { ok: false }): Promise<string> {
  const { context, env, message, payload, held } = at;
  forgetAccess(env, at.owner.user);
  const activation = activationOf(completion, held.credential.issuedAt, Date.now());
  if (activation !== undefined) {
    const within = formatBound(activation.leftMs);
    await message.wait(
      `Apigee is activating your new key. This takes up to ${within}. The answer follows automatically.`,
    );
    throw deferJob('The key is being activated.', activation.retryAfterMs);
  }
  const usedHere = wasCounted(completion) ? await countRequest(at) : 0;
  const { name, quota } = env.gateway;
  const model = payload.model ?? env.gateway.model;
  const redact = (text: string): string => context.redact(text);
  const explained = explain(completion, {
    gateway: name,
    model,
    ownModel: env.gateway.model,
    quota,
    sentKey: true,
    now: Date.now(),
    redact,
  });
  const raw = payload.isRaw ? { raw: redact(asCurlPrints(completion)) } : {};
  const partial = withoutReasoning(completion.partialText);
  return end(at, usedHere, { how: 'explain', fault: { ...explained, ...raw }, partial });
}

/** Apigee counts requests that passed the key check, also when the model then refused them. */
function wasCounted(completion: Completion & { ok: false }): boolean {
  const { status, midStream } = completion;
  if (midStream) return true;
  return (
    status !== undefined &&
    !['quota_spent', 'no_key'].includes(recognise(completion)) &&
    status !== 401
  );
}
