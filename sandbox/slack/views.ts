// Modals and Home tabs: validation of views, and each person's modal stack.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { acceptViewBlocks, refuse, wordsAgainst } from './blocks/accept-blocks.ts';
import { plainText } from './blocks/text-limits.ts';
import type { StoredBlock } from './blocks/stored-block.ts';
import { needShownFiles } from './shown-files.ts';
import { Refusal } from './refusal.ts';
import { type HomeView, TEAM } from './state.ts';
import type { ModalView, Workspace } from './workspace.ts';

export const MAX_STACK = 3;
const MAX_VIEW_BYTES = 250_000;

const shared = {
  blocks: z.array(z.unknown()),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
} as const;

const modalSchema = z.strictObject({
  type: z.literal('modal'),
  title: plainText(24),
  submit: plainText(24).nullish(),
  close: plainText(24).nullish(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
  ...shared,
});
const homeSchema = z.strictObject({ type: z.literal('home'), ...shared });

/** The app's requested view, without an id. */
export interface ModalDraft {
  title: string;
  submit: string | null;
  close: string | null;
  blocks: StoredBlock[];
  privateMetadata: string;
  callbackId: string;
  externalId: string;
  clearOnClose: boolean;
  notifyOnClose: boolean;
}

/** @throws Refusal invalid_arguments with Slack's messages, view_too_large, missing view */
export function acceptModal(ws: Workspace, input: unknown): ModalDraft {
  const view = check(modalSchema, input);
  const blocks = acceptViewBlocks(view.blocks, () => ws.newId('b'));
  needShownFiles(ws, blocks, { root: '/view/blocks', code: 'invalid_arguments' });
  if (blocks.some((each) => each.type === 'input') && (view.submit ?? undefined) === undefined) {
    throw refuse('invalid_arguments', ['missing required field: submit [json-pointer:/view]']);
  }
  return {
    title: view.title.text,
    submit: view.submit?.text ?? null,
    close: view.close?.text ?? null,
    blocks,
    privateMetadata: view.private_metadata ?? '',
    callbackId: view.callback_id ?? '',
    externalId: view.external_id ?? '',
    clearOnClose: view.clear_on_close ?? false,
    notifyOnClose: view.notify_on_close ?? false,
  };
}

export function acceptHome(
  ws: Workspace,
  input: unknown,
): { blocks: StoredBlock[]; callbackId: string; privateMetadata: string } {
  const view = check(homeSchema, input);
  const blocks = acceptViewBlocks(view.blocks, () => ws.newId('b'));
  needShownFiles(ws, blocks, { root: '/view/blocks', code: 'invalid_arguments' });
  return {
    blocks,
    callbackId: view.callback_id ?? '',
    privateMetadata: view.private_metadata ?? '',
  };
}

function check<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  if (input === undefined) {
    throw refuse('invalid_arguments', ['missing required field: view [json-pointer:]']);
  }
  if (Buffer.byteLength(JSON.stringify(input)) > MAX_VIEW_BYTES) {
    throw new Refusal('view_too_large');
  }
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  throw refuse('invalid_arguments', wordsAgainst(schema, input, '/view'));
}

/** A new hash at each change of content, which `views.update` is checked against. */
export function hashOf(ws: Workspace, blocks: readonly StoredBlock[]): string {
  const digest = createHash('sha256').update(JSON.stringify(blocks)).digest('hex').slice(0, 8);
  return `${Math.floor(ws.now() / 1000)}.${digest}${ws.newId('')}`;
}

export function stackOf(ws: Workspace, user: string): ModalView[] {
  const stack = ws.modals.get(user) ?? [];
  ws.modals.set(user, stack);
  return stack;
}

/** Pushes a view onto the person's stack. @throws Refusal push_limit_reached, duplicate_external_id */
export function pushModal(ws: Workspace, user: string, draft: ModalDraft): ModalView {
  const stack = stackOf(ws, user);
  if (stack.length >= MAX_STACK) throw new Refusal('push_limit_reached');
  const isTaken = [...ws.modals.values()]
    .flat()
    .some((each) => each.app === ws.app.id && each.externalId === draft.externalId);
  if (draft.externalId !== '' && isTaken) throw new Refusal('duplicate_external_id');
  const id = ws.newId('V');
  const view: ModalView = {
    id,
    app: ws.app.id,
    hash: hashOf(ws, draft.blocks),
    rootId: stack[0]?.rootId ?? id,
    previousId: stack.at(-1)?.id ?? null,
    errors: {},
    notice: '',
    ...draft,
  };
  stack.push(view);
  ws.changed();
  return view;
}

export function replaceModal(ws: Workspace, view: ModalView, draft: ModalDraft): void {
  Object.assign(view, draft, { hash: hashOf(ws, draft.blocks), errors: {}, notice: '' });
  ws.changed();
}

export function findModal(
  ws: Workspace,
  matches: (view: ModalView) => boolean,
): { user: string; view: ModalView } | undefined {
  for (const [user, stack] of ws.modals) {
    const view = stack.find(matches);
    if (view !== undefined) return { user, view };
  }
  return undefined;
}

/** The view in the apps' form, with the inputs' state. */
export function modalForApp(
  ws: Workspace,
  view: ModalView,
  values: Record<string, unknown> = {},
): object {
  const text = (words: string | null) =>
    words === null ? null : { type: 'plain_text', text: words, emoji: true };
  return {
    id: view.id,
    team_id: TEAM.id,
    type: 'modal',
    app_id: ws.app.id,
    app_installed_team_id: TEAM.id,
    bot_id: ws.app.botId,
    title: text(view.title),
    submit: text(view.submit),
    close: text(view.close),
    blocks: view.blocks,
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    external_id: view.externalId,
    state: { values },
    hash: view.hash,
    clear_on_close: view.clearOnClose,
    notify_on_close: view.notifyOnClose,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
  };
}

/** A person's Home in the apps' form. */
export function homeForApp(ws: Workspace, home: HomeView): object {
  return {
    id: home.id,
    team_id: TEAM.id,
    type: 'home',
    app_id: ws.app.id,
    app_installed_team_id: TEAM.id,
    bot_id: ws.app.botId,
    title: { type: 'plain_text', text: 'View Title', emoji: true },
    submit: null,
    close: null,
    blocks: home.blocks,
    private_metadata: home.privateMetadata,
    callback_id: home.callbackId,
    external_id: '',
    state: { values: {} },
    hash: home.hash,
    clear_on_close: false,
    notify_on_close: false,
    root_view_id: home.id,
    previous_view_id: null,
  };
}
