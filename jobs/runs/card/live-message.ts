// Live message of a run: one card with edits, and a thread of notes.
import { LlmgwError, fail, faultAbout, toFault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { RunState } from '../../../src/engine/journal.ts';
import { hasEnded } from '../../../src/engine/run-state.ts';
import type { CardView, RenderCard } from '../../../src/engine/worker-options.ts';
import type { Messenger } from '../../../src/slack/send/messenger.ts';
import { channelLink, mrkdwn } from '../../../src/slack/messages/mrkdwn.ts';
import { sayOnce } from '../../../src/slack/send/once.ts';
import { cannotEdit, isPassing, refusesEdit } from '../../../src/slack/send/slack-faults.ts';
import { type Place, type SlackMemory, lastCardOf } from '../../../src/slack/send/slack-memory.ts';
import { type Message, context } from '../../../src/slack/messages/message.ts';
import type { RunbookOutline } from './outline.ts';
import { runCard } from './run-card.ts';
import { failureNote } from './run-notes.ts';
import { proofMessage, provenIn } from './run-result.ts';

export interface LiveMessageParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly outlines: readonly RunbookOutline[];
  readonly log: Log;
}

export function createLiveMessage(parts: LiveMessageParts): RenderCard {
  const render: RenderCard = async ({ runId, state, card, signal }) => {
    signal.throwIfAborted();
    const outline = outlineOf(parts.outlines, state);
    const message = runCard(outline, state);
    const known = await placeOf(parts, state, card);
    const place = known === undefined ? await post(parts, state, card, message) : known;
    // A crash came after our own record and before the engine's.
    if (known !== undefined && card.ts === undefined) await card.save(known.ts);
    const shown = known === undefined ? place : await edit(parts, { state, card, place, message });
    if (shown !== undefined) await postRunNotes(parts, { runId, outline, state, place: shown });
  };
  return (view) => render(view).catch(tryLater);
}

/** Between two tries while an operator corrects the app, ms. */
const correctedMs = 5_000;

/** An abandoned card would show "Running" forever. @throws transient for temporary failures. */
function tryLater(error: unknown): never {
  const fault = toFault(error);
  if (fault.kind === 'transient' || !isPassing(fault)) throw error;
  throw new LlmgwError({ ...fault, kind: 'transient', retryAfterMs: correctedMs });
}

/** Runs of a runbook that this version does not have still show a card. */
function outlineOf(outlines: readonly RunbookOutline[], state: RunState): RunbookOutline {
  const { runbook } = state.request;
  return (
    outlines.find(({ name }) => name === runbook) ?? {
      name: runbook,
      title: runbook,
      steps: Object.keys(state.steps).map((id) => ({
        id,
        title: id,
        needs: [],
        kind: 'make',
        expectMs: 0,
      })),
    }
  );
}

async function placeOf(
  { memory }: LiveMessageParts,
  state: RunState,
  card: CardView['card'],
): Promise<Place | undefined> {
  const { runId, by } = state.request;
  const known = await memory.message(runId);
  if (known !== undefined) return known;
  // The engine stores only the timestamp; without our own record the card is in the run's channel.
  return card.ts === undefined ? undefined : { channel: by.channel, ts: card.ts };
}

/**
 * One worker posts, another waits: the queue may give the card's job to both. Slack has no idempotency key, and reading a
 * channel back needs a scope we do not request, so a process killed between post and record leaves that card behind.
 */
async function post(
  { messenger, memory, log }: LiveMessageParts,
  state: RunState,
  card: CardView['card'],
  message: Message,
  how: 'first' | 'again' = 'first',
): Promise<Place> {
  const { runId, by, target } = state.request;
  if (card.posting) log.warn({ runId }, 'earlier card post unrecorded');
  let posted: Place | undefined;
  await sayOnce(memory, `card:${runId}:${how}`, async () => {
    await card.beginPost();
    posted = await messenger.postOrDirect(by, message);
    await memory.saveMessage(runId, posted);
    if (/^[CG]/.test(posted.channel)) await memory.saveMessage(lastCardOf(target), posted);
    await card.save(posted.ts);
  });
  if (posted !== undefined) return posted;
  // That card may show less: the next try finds its place, and edits it.
  const why = 'Another worker has posted the card';
  throw fail('transient', 'unavailable', why, { retryAfterMs: 1_000 });
}

interface Edit {
  readonly state: RunState;
  readonly card: CardView['card'];
  readonly place: Place;
  readonly message: Message;
}

/** @returns the card's place; undefined while its channel is lost and the run is active. */
async function edit(parts: LiveMessageParts, given: Edit): Promise<Place | undefined> {
  const { state, place, message } = given;
  try {
    await parts.messenger.edit(place, message, hasEnded(state) ? 'final' : 'progress');
    return place;
  } catch (error) {
    if (!(hasEnded(state) ? refusesEdit(error) : cannotEdit(error))) throw error;
    return replace(parts, given, error);
  }
}

/** A card that cannot be edited would show "Running" forever, so the starter gets the end once. */
async function replace(
  parts: LiveMessageParts,
  given: Edit,
  err: unknown,
): Promise<Place | undefined> {
  const { memory, messenger, log } = parts;
  const { state, card, place, message } = given;
  const { runId, by } = state.request;
  const { code } = toFault(err);
  log.info({ runId, channel: place.channel, code, err }, 'card edit refused');
  // A deleted card is posted again once; after a second deletion it stays away.
  const isAgain = code === 'message_gone' && (await memory.once(`card-again:${runId}`));
  if (isAgain) return post(parts, state, card, message, 'again');
  if (!hasEnded(state)) return code === 'not_in_channel' ? undefined : place;
  if (code === 'not_in_channel') await memory.savePost(place.channel, false);
  const isMoved = isDirect(place.channel) || isDirect(by.channel);
  const end = isMoved ? message : movedMessage(message, by.channel);
  await sayOnce(memory, `card-end:${runId}:${state.epoch}`, async () => {
    const direct = await messenger.post({ channel: by.user }, end);
    await memory.saveMessage(runId, direct);
    await card.save(direct.ts);
  });
  return (await memory.message(runId)) ?? place;
}

const isDirect = (channel: string): boolean => !/^[CG]/.test(channel);

function movedMessage(message: Message, from: string): Message {
  const note = context(
    mrkdwn`The bot can no longer post in ${channelLink(from)}, so this card came to you.`,
  );
  return { ...message, blocks: [...message.blocks, note] };
}

interface RunNotesRequest {
  readonly runId: string;
  readonly outline: RunbookOutline;
  readonly state: RunState;
  readonly place: Place;
}

/** Posts each failure and the protection checks once; only what passes allows another try. */
async function postRunNotes(
  { memory, messenger }: LiveMessageParts,
  { runId, outline, state, place }: RunNotesRequest,
): Promise<void> {
  const isOver = (error: unknown): boolean => !isPassing(toFault(error));
  const tell = (name: string, message: Message): Promise<void> => {
    const post = () => messenger.post({ channel: place.channel, threadTs: place.ts }, message);
    return sayOnce(memory, `note:${name}`, post, isOver);
  };
  for (const { id, title } of outline.steps) {
    const step = state.steps[id];
    if (step?.status !== 'failed' || step.fault === undefined) continue;
    const tookMs = (step.endedAt ?? state.lastEventAt) - (step.startedAt ?? state.startedAt);
    const fault = faultAbout(step.fault, state.request.target);
    const failure = { runId, title, fault, tookMs, lastSeen: step.seen };
    await tell(`${runId}:${state.epoch}:${id}`, failureNote(failure));
  }
  const proven = provenIn(state);
  if (proven !== undefined) await tell(`${runId}:proof`, proofMessage(proven));
}
