// People's actions on buttons and selects in messages, modals and Home tabs.
import {
  type StoredBlock,
  type StoredElement,
  elementsOf,
  wordsOf,
} from './blocks/stored-block.ts';
import type { Delivery } from './delivery.ts';
import { elementValue, findChoice } from './element-value.ts';
import { HumanRefusal } from './human-refusal.ts';
import { messageForApp } from './message-shape.ts';
import { teamOf } from './origin.ts';
import { actor, channelsOf } from './people-access.ts';
import { newResponseUrl } from './response-url.ts';
import { type Channel, type Person, TEAM } from './state.ts';
import { homeForApp, modalForApp, stackOf } from './views.ts';
import { type Workspace, messagesOf, newTrigger } from './workspace.ts';

export interface Click {
  readonly as: string;
  /** One of the two; with neither, the person's top modal. */
  readonly messageTs?: string | undefined;
  readonly viewId?: string | undefined;
  readonly home?: boolean | undefined;
  readonly actionId?: string | undefined;
  readonly label?: string | undefined;
  /** For selects, menus and pickers: the option by value or by text. */
  readonly value?: string | undefined;
  /** The answer to the button's confirmation dialog. */
  readonly confirmed?: boolean | undefined;
  /** Values of the surface's other inputs, by block id. */
  readonly inputs?: Readonly<Record<string, string>> | undefined;
}

/** Location of the element, in the app's payload form. */
export interface Surface {
  readonly blocks: readonly StoredBlock[];
  readonly fields: Record<string, unknown>;
  readonly fromView: string | undefined;
}

/** @throws HumanRefusal when there is no such element, or its dialog is not confirmed */
export async function click(
  ws: Workspace,
  delivery: Delivery,
  asked: Click,
): Promise<{ delivered: boolean; error?: string }> {
  const person = actor(ws, asked.as);
  const surface = surfaceOf(ws, person, asked);
  const found = findElement(surface.blocks, asked);
  if (found === undefined) {
    const labels = surface.blocks.flatMap(elementsOf).map(labelOf).filter(Boolean);
    throw new HumanRefusal(
      'no_such_element',
      `There is nothing called ${asked.label ?? asked.actionId ?? '(no name given)'} to press here. There is: ${labels.join(', ') || 'nothing'}.`,
    );
  }
  const { block, element } = found;
  if (element.confirm !== undefined && asked.confirmed !== true) {
    throw new HumanRefusal(
      'confirm_required',
      wordsOf(element.confirm.text),
      {
        confirm: element.confirm,
      },
      409,
    );
  }
  const answer = await delivery.interaction({
    type: 'block_actions',
    ...commonFields(ws, person, surface.fromView),
    ...surface.fields,
    state: { values: inputState(ws, surface.blocks, asked.inputs) },
    actions: [actionOf(ws, block, element, asked.value)],
  });
  return answer.kind === 'failed'
    ? { delivered: false, error: answer.reason }
    : { delivered: true };
}

export function commonFields(
  ws: Workspace,
  person: Person,
  fromView: string | undefined,
): Record<string, unknown> {
  return {
    team: { id: TEAM.id, domain: TEAM.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: teamOf(person) },
    api_app_id: ws.app.id,
    token: 'sandbox',
    is_enterprise_install: false,
    enterprise: ws.state.enterprise === null ? null : { id: ws.state.enterprise, name: TEAM.name },
    trigger_id: newTrigger(ws, person.id, fromView),
  };
}

export function findElement(
  blocks: readonly StoredBlock[],
  asked: Pick<Click, 'actionId' | 'label'>,
): { block: StoredBlock; element: StoredElement } | undefined {
  const all = blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  const wanted = asked.label?.toLowerCase();
  return all.find(({ element }) =>
    asked.actionId === undefined
      ? labelOf(element).toLowerCase() === wanted
      : element.action_id === asked.actionId,
  );
}

/** The element's name for people: its text, otherwise its placeholder. */
export function labelOf(element: StoredElement): string {
  return wordsOf(element.text) || wordsOf(element.placeholder);
}

export function surfaceOf(
  ws: Workspace,
  person: Person,
  asked: Pick<Click, 'messageTs' | 'viewId' | 'home'>,
): Surface {
  if (asked.messageTs !== undefined) return messageSurface(ws, person, asked.messageTs);
  if (asked.home === true) {
    const home = ws.app.grant.homes[person.id];
    if (home === undefined) throw new HumanRefusal('no_home', 'The app has published no Home yet.');
    return {
      blocks: home.blocks,
      fromView: home.id,
      fields: {
        container: { type: 'view', view_id: home.id },
        view: homeForApp(ws, home),
      },
    };
  }
  const stack = stackOf(ws, person.id);
  const view = asked.viewId === undefined ? stack.at(-1) : stack.find((v) => v.id === asked.viewId);
  if (view === undefined) throw new HumanRefusal('no_such_view', 'No such modal is open.');
  return {
    blocks: view.blocks,
    fromView: view.id,
    fields: {
      container: { type: 'view', view_id: view.id },
      view: modalForApp(ws, view, inputState(ws, view.blocks)),
    },
  };
}

export function messageSurface(ws: Workspace, person: Person, ts: string): Surface {
  const own = ws.ephemerals.find((each) => each.ts === ts && each.to === person.id);
  if (own !== undefined) {
    const channel = channelsOf(ws, person).find((each) => each.id === own.channel);
    const response_url = newResponseUrl(ws, {
      channel: own.channel,
      user: person.id,
      original: { ts, ephemeral: true },
      threadTs: own.threadTs,
    });
    const container = { ...containerOf(own.channel, ts, own.threadTs), is_ephemeral: true };
    return {
      blocks: own.blocks,
      fromView: undefined,
      fields: { container, channel: channelField(channel), response_url },
    };
  }
  for (const channel of channelsOf(ws, person)) {
    const message = messagesOf(ws, channel.id).find((each) => each.ts === ts);
    if (message === undefined) continue;
    const response_url = newResponseUrl(ws, {
      channel: channel.id,
      user: person.id,
      original: { ts, ephemeral: false },
      threadTs: message.threadTs,
    });
    return {
      blocks: message.blocks,
      fromView: undefined,
      fields: {
        container: { ...containerOf(channel.id, ts, message.threadTs), is_ephemeral: false },
        channel: channelField(channel),
        message: messageForApp(ws, message),
        response_url,
      },
    };
  }
  throw new HumanRefusal('no_such_message', `${person.name} sees no message ${ts}.`);
}

function containerOf(
  channel: string,
  ts: string,
  threadTs: string | undefined,
): Record<string, unknown> {
  return {
    type: 'message',
    message_ts: ts,
    channel_id: channel,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  };
}

function channelField(channel: Channel | undefined): Record<string, unknown> | undefined {
  return channel === undefined ? undefined : { id: channel.id, name: channel.name };
}

function inputState(
  ws: Workspace,
  blocks: readonly StoredBlock[],
  given: Readonly<Record<string, string>> = {},
): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      if (element.type.includes('button') || element.type === 'overflow') continue;
      const held = (values[block.block_id] ??= {});
      held[element.action_id ?? ''] =
        elementValue(ws, element, given[block.block_id]) ?? elementValue(ws, element, undefined);
    }
  }
  return values;
}

function actionOf(
  ws: Workspace,
  block: StoredBlock,
  element: StoredElement,
  given: string | undefined,
): Record<string, unknown> {
  const base = {
    type: element.type,
    block_id: block.block_id,
    action_id: element.action_id,
    action_ts: ws.newTs(),
  };
  if (element.type === 'button' || element.type === 'icon_button') {
    const { text, value, url, style, confirm } = element;
    const icon = element['icon'];
    return { ...base, ...withoutUndefined({ text, value, url, style, confirm, icon }) };
  }
  if (element.type === 'feedback_buttons') {
    const side = given === 'negative' ? 'negative_button' : 'positive_button';
    return { ...base, ...(element[side] as Record<string, unknown>) };
  }
  const value =
    element.type === 'overflow'
      ? { selected_option: findChoice(element, given ?? '') }
      : elementValue(ws, element, given);
  if (value === undefined || Object.values(value).includes(undefined)) {
    throw new HumanRefusal(
      'no_such_choice',
      `${labelOf(element)} offers no ${given ?? 'such choice'}.`,
    );
  }
  return { ...base, ...value };
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
