// Submission and closing of modals: client checks, view_submission and view_closed.
import { type StoredBlock, type StoredElement, wordsOf } from './blocks/stored-block.ts';
import type { Delivery } from './delivery.ts';
import { elementValue, isBlank } from './element-value.ts';
import { HumanRefusal } from './human-refusal.ts';
import { commonFields } from './interact.ts';
import { actor } from './people-access.ts';
import { Refusal } from './refusal.ts';
import { acceptModal, modalForApp, pushModal, replaceModal, stackOf } from './views.ts';
import type { ModalView, Workspace } from './workspace.ts';

export interface Submission {
  readonly as: string;
  readonly viewId?: string | undefined;
  /** By block id, action id or label. */
  readonly values: Readonly<Record<string, string>>;
}

export interface SubmitResult {
  readonly delivered: boolean;
  readonly error?: string;
  readonly errors?: Readonly<Record<string, string>>;
}

const TROUBLE = 'We had some trouble connecting. Try again?';

type Values = Record<string, Record<string, unknown>>;

export async function submit(
  ws: Workspace,
  delivery: Delivery,
  asked: Submission,
): Promise<SubmitResult> {
  const person = actor(ws, asked.as);
  const view = openView(ws, person.id, asked.viewId);
  if (view.submit === null) {
    throw new HumanRefusal('no_submit', `"${view.title}" has nothing to submit; close it.`);
  }
  const { values, errors } = collect(ws, view, asked.values);
  view.errors = errors;
  view.notice = '';
  if (Object.keys(errors).length > 0) {
    ws.changed();
    return { delivered: false, error: 'validation', errors };
  }
  const answer = await delivery.interaction({
    type: 'view_submission',
    ...commonFields(ws, person, view.id),
    view: modalForApp(ws, view, values),
    response_urls: [],
  });
  if (answer.kind === 'failed') {
    view.notice = TROUBLE;
    ws.changed();
    return { delivered: false, error: answer.reason };
  }
  return takeAnswer(ws, person.id, view, answer.payload);
}

function openView(ws: Workspace, user: string, id: string | undefined): ModalView {
  const stack = stackOf(ws, user);
  const view = id === undefined ? stack.at(-1) : stack.find((each) => each.id === id);
  if (view === undefined) throw new HumanRefusal('no_such_view', 'No such modal is open.');
  return view;
}

function collect(
  ws: Workspace,
  view: ModalView,
  given: Readonly<Record<string, string>>,
): { values: Values; errors: Record<string, string> } {
  const values: Values = {};
  const errors: Record<string, string> = {};
  const used = new Set<string>();
  for (const block of view.blocks) {
    const element = block.element;
    if (block.type !== 'input' || element?.action_id === undefined) continue;
    const key = keyFor(block, given);
    if (key !== undefined) used.add(key);
    const value = elementValue(ws, element, key === undefined ? undefined : given[key]);
    if (value === undefined) {
      errors[block.block_id] = 'Please choose one of the options.';
      continue;
    }
    values[block.block_id] = { [element.action_id]: value };
    const problem = problemWith(block, value);
    if (problem !== undefined) errors[block.block_id] = problem;
  }
  const stray = Object.keys(given).filter((each) => !used.has(each));
  if (stray.length > 0) {
    const known = view.blocks.filter((each) => each.type === 'input').map((b) => wordsOf(b.label));
    throw new HumanRefusal(
      'no_such_field',
      `"${view.title}" has no field ${stray.join(', ')}. Fields: ${known.join(', ') || 'none'}.`,
    );
  }
  return { values, errors };
}

function keyFor(block: StoredBlock, given: Readonly<Record<string, string>>): string | undefined {
  const names = [block.block_id, block.element?.action_id, wordsOf(block.label)];
  return Object.keys(given).find((key) =>
    names.some((name) => name?.toLowerCase() === key.toLowerCase()),
  );
}

/** Checks of the Slack client before the request to the app. */
function problemWith(block: StoredBlock, value: Record<string, unknown>): string | undefined {
  const element = block.element;
  if (isBlank(value)) {
    return block.optional === true ? undefined : 'Please complete this required field.';
  }
  const text = value['value'];
  if (element === undefined || typeof text !== 'string') return undefined;
  if (element.min_length !== undefined && text.length < element.min_length) {
    return `This field must be at least ${element.min_length} characters.`;
  }
  if (text.length > (element.max_length ?? 3000)) {
    return `This field must be at most ${element.max_length ?? 3000} characters.`;
  }
  if (element.type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(text)) {
    return 'Please enter a valid email address.';
  }
  if (element.type === 'url_text_input' && !URL.canParse(text)) {
    return 'Please enter a valid URL.';
  }
  return element.type === 'number_input' ? numberProblem(element, text) : undefined;
}

function numberProblem(element: StoredElement, text: string): string | undefined {
  const number = Number(text);
  const isWhole = element['is_decimal_allowed'] === true || Number.isInteger(number);
  if (text.trim() === '' || Number.isNaN(number) || !isWhole) return 'Please enter a valid number.';
  if (element.min_value !== undefined && number < Number(element.min_value)) {
    return `Please enter a number of at least ${element.min_value}.`;
  }
  if (element.max_value !== undefined && number > Number(element.max_value)) {
    return `Please enter a number of at most ${element.max_value}.`;
  }
  return undefined;
}

/** An empty answer closes this view; `clear` closes all; other answers keep the modal open. */
function takeAnswer(
  ws: Workspace,
  user: string,
  view: ModalView,
  payload: Record<string, unknown> | undefined,
): SubmitResult {
  const trouble = (error: string): SubmitResult => {
    view.notice = TROUBLE;
    ws.changed();
    return { delivered: false, error };
  };
  const stack = stackOf(ws, user);
  try {
    switch (payload?.['response_action']) {
      case undefined:
        stack.splice(stack.indexOf(view));
        break;
      case 'clear':
        stack.length = 0;
        break;
      case 'update':
        replaceModal(ws, view, acceptModal(ws, payload?.['view']));
        break;
      case 'push':
        pushModal(ws, user, acceptModal(ws, payload?.['view']));
        break;
      case 'errors': {
        const errors = payload?.['errors'];
        const known = view.blocks.filter((each) => each.type === 'input').map((b) => b.block_id);
        if (typeof errors !== 'object' || errors === null) return trouble('invalid_errors');
        const entries = Object.entries(errors).map(([id, words]) => [id, String(words)] as const);
        // Errors can only refer to existing inputs.
        if (entries.length === 0 || entries.some(([id]) => !known.includes(id))) {
          return trouble('invalid_errors');
        }
        view.errors = Object.fromEntries(entries);
        ws.changed();
        return { delivered: true, errors: view.errors };
      }
      default:
        return trouble('invalid_response_action');
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return trouble(error.code);
  }
  ws.changed();
  return { delivered: true };
}

/** Closes the top modal, or all if the view requests it; notifies the app if it subscribed. */
export async function closeView(
  ws: Workspace,
  delivery: Delivery,
  asked: { as: string; viewId?: string | undefined },
): Promise<void> {
  const person = actor(ws, asked.as);
  const view = openView(ws, person.id, asked.viewId);
  const stack = stackOf(ws, person.id);
  const from = view.clearOnClose ? 0 : stack.indexOf(view);
  const closed = stack.splice(from);
  ws.changed();
  for (const each of closed.filter((one) => one.notifyOnClose)) {
    await delivery.interaction({
      type: 'view_closed',
      ...commonFields(ws, person, undefined),
      trigger_id: undefined,
      view: modalForApp(ws, each),
      is_cleared: view.clearOnClose,
    });
  }
}
