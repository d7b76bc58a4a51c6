// Messenger port and adapter: posts, edits, ephemeral messages, modals and Home.
import type { Modal } from '../messages/modal.ts';
import { setTimeout as after } from 'node:timers/promises';
import { fail, toFault } from '../../kernel/errors.ts';
import { unlessStoreTrouble } from '../../kernel/store-faults.ts';
import type { Redactor } from '../../kernel/redaction.ts';
import type { CallBudget } from './call-budget.ts';
import type { SlackApi } from './clients.ts';
import type { EditBudget, EditKind } from './edit-budget.ts';
import { refusesPlace } from './refused-places.ts';
import { isFaultCode, statusFault } from './slack-faults.ts';
import { fetchWithin } from './retry-after.ts';
import { whileAnswered } from './tries.ts';
import type { ModalPayload, Outgoing, Payload } from './outgoing.ts';
import type { Place, SlackMemory } from './slack-memory.ts';
import { type FileDestination, type OutgoingFile, uploadFile } from './upload-file.ts';
import type { Block, Message } from '../messages/message.ts';

export interface Destination {
  readonly channel: string;
  readonly threadTs?: string | undefined;
  /** The thread has no reply yet: Slack shows no ephemeral message in it, but does in the channel. */
  readonly isThreadNew?: boolean | undefined;
}

export interface Messenger {
  /** Posts; the rest of a long message follows in its thread. @throws refused/not_in_channel, transient/rate_limited, … */
  post(to: Destination, message: Message): Promise<Place>;
  /** Posts there, or to the person's direct messages if Slack accepts no message there. */
  postOrDirect(to: Destination & { readonly user: string }, message: Message): Promise<Place>;
  /** Ephemeral message; in the person's direct messages if Slack accepts no message there. */
  postEphemeral(to: Destination & { readonly user: string }, message: Message): Promise<void>;
  /** Ephemeral message in that channel only. @throws refused/not_in_channel */
  postEphemeralThere(to: Destination & { readonly user: string }, message: Message): Promise<void>;
  /** Edits now if the budget allows. @throws transient/rate_limited with retryAfterMs otherwise. */
  edit(place: Place, message: Message, kind: EditKind): Promise<void>;
  /** Edits as soon as the budget allows. @throws transient/rate_limited after five minutes. */
  editPatiently(place: Place, message: Message): Promise<void>;
  /** The first page of a message, in the format of acks and response_url. */
  personal(message: Message): readonly [Payload, ...Payload[]];
  /** Replies through Slack's response_url; `replace` replaces the message of the action. */
  respond(responseUrl: string, message: Message, how: 'replace' | 'add'): Promise<void>;
  /** Later pages of a reply whose first was in the ack. */
  respondMore(responseUrl: string, pages: readonly Payload[]): Promise<void>;
  /** A modal in the format of a submission's ack. */
  modal(modal: Modal): ModalPayload;
  openModal(triggerId: string, modal: Modal): Promise<{ id: string; hash: string }>;
  updateModal(view: { id: string; hash?: string }, modal: Modal): Promise<{ hash: string }>;
  /** Replaces the content of the person's Home. @throws permanent/home_off, transient/rate_limited, … */
  publishHome(user: string, blocks: readonly Block[]): Promise<void>;
  /** This and the next are the only calls whose payload keeps a registered secret. */
  revealInModal(view: { id: string; hash?: string }, modal: Modal): Promise<void>;
  /** Ephemeral, unstored, if Slack opened no modal. @throws refused/not_in_channel */
  revealThere(to: Destination & { readonly user: string }, message: Message): Promise<void>;
  /** Shares a file there; without a place it stays hidden until a block shows it by the returned id. */
  upload(file: OutgoingFile, to?: FileDestination): Promise<string>;
}

export interface MessengerParts {
  readonly api: SlackApi;
  readonly outgoing: Outgoing;
  readonly redactor: Redactor;
  readonly memory: SlackMemory;
  readonly budget: EditBudget;
  readonly posts: Pick<CallBudget, 'queuePost'>;
}

/** Plain text becomes no mention and no link; chat.update does that by default. */
const asWritten = { parse: 'none', link_names: false } as const;

const patienceMs = 300_000;

export function createMessenger(parts: MessengerParts): Messenger {
  const { api, outgoing } = parts;
  const post = async (to: Destination, message: Message): Promise<Place> =>
    postPages(parts, to, message);
  const postOrDirect: Messenger['postOrDirect'] = async ({ user, ...to }, message) => {
    try {
      return await post(to, message);
    } catch (error) {
      if (!refusesPlace(error)) throw error;
      const isOutside = isFaultCode(error, 'not_in_channel');
      if (isOutside) await unlessStoreTrouble(parts.memory.savePost(to.channel, false), undefined);
      return post({ channel: user }, message);
    }
  };
  const edit: Messenger['edit'] = (place, message, kind) => editOnce(parts, place, message, kind);
  return {
    post,
    postOrDirect,
    postEphemeral: (to, message) => postEphemeral(parts, to, message, post),
    postEphemeralThere: (to, message) => postEphemeralThere(parts, to, message),
    edit,
    editPatiently: (place, message) => patiently(() => edit(place, message, 'final')),
    personal: (message) => outgoing.personal(message),
    respond: (url, message, how) => respond(url, outgoing.personal(message), how),
    respondMore: (url, pages) => respond(url, pages, 'add'),
    modal: (modal) => outgoing.modal(modal),
    openModal: async (triggerId, modal) => {
      const args = { trigger_id: triggerId, view: outgoing.modal(modal) };
      return viewOf(await api.call('views', 'views.open', args, 'open a modal'));
    },
    updateModal: async (view, modal) => {
      const args = { view_id: view.id, ...hashOf(view), view: outgoing.modal(modal) };
      return viewOf(await api.call('views', 'views.update', args, 'update the modal'));
    },
    publishHome: async (user, blocks) => {
      const args = { user_id: user, view: outgoing.home(blocks) };
      await api.call('home', 'views.publish', args, 'show your Home');
    },
    revealInModal: async (view, modal) => {
      const args = { view_id: view.id, ...hashOf(view), view: outgoing.reveal(modal) };
      await api.call('views', 'views.update', args, 'show the key');
    },
    revealThere: (to, message) => postEphemeralPages(parts, to, outgoing.revealPersonal(message)),
    upload: (file, to) => whenAdmitted(() => uploadFile(parts, file, to)),
  };
}

async function postPages(parts: MessengerParts, to: Destination, message: Message): Promise<Place> {
  const { api, outgoing, memory, posts } = parts;
  const [first, ...rest] = outgoing.channel(message);
  const args = {
    channel: to.channel,
    ...(to.threadTs === undefined ? {} : { thread_ts: to.threadTs }),
    ...asWritten,
    unfurl_links: false,
    unfurl_media: false,
  };
  // One after the other per channel, so that no message is refused and no other channel waits.
  const send = async (payload: object): Promise<Record<string, unknown>> => {
    const waitMs = await posts.queuePost(to.channel);
    if (waitMs > 0) await after(waitMs);
    return api.call('post', 'chat.postMessage', { ...args, ...payload }, 'post a message');
  };
  const posted = await send({ ...first });
  const place = { channel: text(posted['channel']), ts: text(posted['ts']) };
  await unlessStoreTrouble(memory.savePost(place.channel, true), undefined);
  for (const page of rest) {
    await whenAdmitted(() => send({ thread_ts: to.threadTs ?? place.ts, ...page }));
  }
  return place;
}

async function postEphemeral(
  parts: MessengerParts,
  to: Destination & { readonly user: string },
  message: Message,
  post: Messenger['post'],
): Promise<void> {
  // An action in a modal has no channel: then the person is the place.
  const isDirect = /^[DUW]/.test(to.channel);
  try {
    // Direct messages have no other readers, and a permanent message survives a reload.
    if (isDirect) await post({ channel: to.channel, threadTs: to.threadTs }, message);
    else await postEphemeralThere(parts, to, message);
  } catch (error) {
    if (!refusesPlace(error)) throw error;
    await post({ channel: to.user }, message);
  }
}

function postEphemeralThere(
  parts: MessengerParts,
  to: Destination & { readonly user: string },
  message: Message,
): Promise<void> {
  return postEphemeralPages(parts, to, parts.outgoing.personal(message));
}

async function postEphemeralPages(
  { api }: MessengerParts,
  to: Destination & { readonly user: string },
  pages: readonly Payload[],
): Promise<void> {
  const isHidden = to.threadTs === undefined || to.isThreadNew === true;
  const thread = isHidden ? {} : { thread_ts: to.threadTs };
  for (const page of pages) {
    const args = { channel: to.channel, user: to.user, ...thread, ...asWritten, ...page };
    await api.call('ephemeral', 'chat.postEphemeral', args, 'answer');
  }
}

async function editOnce(
  { api, outgoing, budget }: MessengerParts,
  place: Place,
  message: Message,
  kind: EditKind,
): Promise<void> {
  const [first] = outgoing.channel(message);
  const wait = await budget.admit(kind, place.ts);
  if (wait > 0) {
    throw fail('transient', 'rate_limited', 'The edit waits for its turn.', { retryAfterMs: wait });
  }
  try {
    await api.call('update', 'chat.update', { ...place, ...asWritten, ...first }, 'edit a message');
  } catch (error) {
    const { code, retryAfterMs } = toFault(error);
    if (code === 'rate_limited') await budget.pause(retryAfterMs ?? 1_000);
    throw error;
  }
}

/** Retries whenever Slack or the budget names a time, for five minutes: such calls had no effect. */
export function whenAdmitted<T>(work: () => Promise<T>): Promise<T> {
  return tryAgain(work, (code) => code === 'rate_limited');
}

/** Also without a response; for repeatable calls. */
function patiently<T>(work: () => Promise<T>): Promise<T> {
  return tryAgain(work, (code) => code === 'rate_limited' || code === 'unavailable');
}

async function tryAgain<T>(
  work: () => Promise<T>,
  isPassing: (code: string) => boolean,
): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { code, retryAfterMs } = toFault(error);
      if (!isPassing(code) || performance.now() > until) throw error;
      await after(retryAfterMs ?? 1_000);
    }
  }
}

/** @throws transient/unavailable; the address is valid for five replies within thirty minutes. */
async function respond(
  url: string,
  pages: readonly Payload[],
  how: 'replace' | 'add',
): Promise<void> {
  for (const [index, page] of pages.entries()) {
    const replaces = how === 'replace' && index === 0;
    const body = JSON.stringify({
      ...page,
      response_type: 'ephemeral',
      replace_original: replaces,
    });
    await whenAdmitted(() => whileAnswered(() => sendResponse(url, body)));
  }
}

const sendWithin = fetchWithin(3_000);

async function sendResponse(url: string, body: string): Promise<void> {
  const response = await sendWithin(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  }).catch((error: unknown) => {
    throw fail('transient', 'unavailable', 'Slack could not be reached with an answer.', {
      cause: error,
    });
  });
  await response.body?.cancel();
  const refused = statusFault(response, 'answer');
  if (refused !== undefined) throw refused;
}

function hashOf(view: { hash?: string }): object {
  return view.hash === undefined ? {} : { hash: view.hash };
}

function viewOf(result: Record<string, unknown>): { id: string; hash: string } {
  const view = result['view'];
  const fields = typeof view === 'object' && view !== null ? view : {};
  return {
    id: 'id' in fields ? text(fields.id) : '',
    hash: 'hash' in fields ? text(fields.hash) : '',
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
