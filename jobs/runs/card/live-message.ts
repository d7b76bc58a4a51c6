// The one live message of each run: posted once, edited under the shared budget, exact at the end; its thread holds the story.
import { type Fault, faultAbout, toFault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { RunState } from '../../../src/engine/journal.ts';
import { hasEnded } from '../../../src/engine/run-state.ts';
import type { CardView, RenderCard } from '../../../src/engine/worker-options.ts';
import type { Messenger } from '../../../src/slack/send/messenger.ts';
import { channelLink, mrkdwn } from '../../../src/slack/messages/mrkdwn.ts';
import { sayOnce, tellOnce } from '../../../src/slack/send/once.ts';
import { cannotEdit, refusesEdit } from '../../../src/slack/send/slack-faults.ts';
import { type Place, type SlackMemory, lastCardOf } from '../../../src/slack/send/slack-memory.ts';
import { type Message, context } from '../../../src/slack/messages/message.ts';
import { type RunbookOutline, runCard } from './run-card.ts';
import { failureNote } from './run-notes.ts';
import { proofMessage, provenIn } from './run-result.ts';

export interface LiveMessageParts {
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly outlines: readonly RunbookOutline[];
  readonly log: Log;
}

export function createLiveMessage(parts: LiveMessageParts): RenderCard {
  return async ({ runId, state, card, signal }) => {
    signal.throwIfAborted();
    const outline = outlineOf(parts.outlines, state);
    const message = runCard(outline, state);
    const known = await placeOf(parts, state, card);
    const place = known === undefined ? await post(parts, state, card, message) : known;
    // A crash after our own note and before the engine's.
    if (known !== undefined && card.ts === undefined) await card.save(known.ts);
    const shown = known === undefined ? place : await edit(parts, { state, card, place, message });
    if (shown !== undefined) await postRunNotes(parts, { runId, outline, state, place: shown });
  };
}

/** A runbook that this version does not have still has a card. */
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
  // The engine keeps the timestamp alone; it is in the run's own channel unless we noted otherwise.
  return card.ts === undefined ? undefined : { channel: by.channel, ts: card.ts };
}

/**
 * Slack has no idempotency key, and reading a channel back needs a scope we do not ask for. So a crash between the
 * post and the noting of its timestamp leaves that one card standing still, and a second one goes on.
 */
async function post(
  { messenger, memory, log }: LiveMessageParts,
  state: RunState,
  card: CardView['card'],
  message: Message,
): Promise<Place> {
  const { runId, by, target } = state.request;
  if (card.posting) log.warn({ runId }, 'a card may have been posted without being noted');
  await card.beginPost();
  const place = await messenger.postOrDirect(by, message);
  await memory.saveMessage(runId, place);
  if (/^[CG]/.test(place.channel)) await memory.saveMessage(lastCardOf(target), place);
  await card.save(place.ts);
  return place;
}

interface Edit {
  readonly state: RunState;
  readonly card: CardView['card'];
  readonly place: Place;
  readonly message: Message;
}

/** @returns where the card is now; nowhere while its channel is lost and the run goes on. */
async function edit(parts: LiveMessageParts, given: Edit): Promise<Place | undefined> {
  const { state, place, message } = given;
  try {
    await parts.messenger.edit(place, message, hasEnded(state) ? 'final' : 'progress');
    return place;
  } catch (error) {
    if (!(hasEnded(state) ? refusesEdit(error) : cannotEdit(error))) throw error;
    return replace(parts, given, toFault(error));
  }
}

/** A card that cannot be edited would say "At work" for ever: its end goes to the starter, once. */
async function replace(
  parts: LiveMessageParts,
  given: Edit,
  fault: Fault,
): Promise<Place | undefined> {
  const { memory, messenger, log } = parts;
  const { state, card, place, message } = given;
  const { runId, by } = state.request;
  log.info({ runId, channel: place.channel, fault }, 'card not editable');
  // Where a person removed it, it is shown again; a second time it is not wanted there.
  const isAgain = fault.code === 'message_gone' && (await memory.once(`card-again:${runId}`));
  if (isAgain) return post(parts, state, card, message);
  if (!hasEnded(state)) return fault.code === 'not_in_channel' ? undefined : place;
  if (fault.code === 'not_in_channel') await memory.savePost(place.channel, false);
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
    mrkdwn`I cannot show this in ${channelLink(from)} any more, so it comes to you.`,
  );
  return { ...message, blocks: [...message.blocks, note] };
}

interface RunNotesRequest {
  readonly runId: string;
  readonly outline: RunbookOutline;
  readonly state: RunState;
  readonly place: Place;
}

/** Each failure and the proof, once each: only what will be tried again may be said again. */
async function postRunNotes(
  { memory, messenger }: LiveMessageParts,
  { runId, outline, state, place }: RunNotesRequest,
): Promise<void> {
  const isTransient = (error: unknown): boolean => toFault(error).kind === 'transient';
  const tell = (name: string, message: Message): Promise<void> => {
    const post = () => messenger.post({ channel: place.channel, threadTs: place.ts }, message);
    return tellOnce(memory, `told:${name}`, post, isTransient);
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
