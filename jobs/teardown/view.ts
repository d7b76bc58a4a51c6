// The question before a teardown: what goes, what stays, and the window in which the gateway's name is typed. Pure.
import { commandCode } from '../../src/slack/messages/commands.ts';
import { z } from 'zod';
import { type CodecFields, codec, plainName } from '../../src/slack/messages/codec.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';
import type { GatewayTeardown } from './notifier.ts';
import type { ConfigurationChange } from '../../src/gateway/options.ts';
import { runPlaceInputs } from '../provision/modal-view.ts';
import {
  type Block,
  type Message,
  actions,
  context,
  outcome,
  section,
} from '../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  joined,
  nothing,
} from '../../src/slack/messages/mrkdwn.ts';

/** What a question asks for, as its button and its window carry it. */
export const askedTeardown = codec(
  z.object({
    runId: plainName,
    gateway: plainName,
    removeApps: z.stringbool({ truthy: ['with-apps'], falsy: ['without-apps'] }),
    /** Of the question that the window was opened from. */
    channel: z.string().optional(),
  }),
);
type AskedTeardown = CodecFields<typeof askedTeardown>;

/** Rows of a list before the rest is only counted: some hundred names read by nobody. */
const longest = 40;

export function teardownQuestion(teardown: GatewayTeardown, job: string): Message {
  const { gateway, goes, stays, activeRun, removeApps } = teardown;
  if (goes.length === 0) {
    const text = mrkdwn`Nothing of the gateway ${code(gateway)} stands, so there is nothing to tear down.`;
    return {
      text,
      blocks: [
        section(mrkdwn`:white_check_mark: ${text}`),
        ...movedBlocks(teardown),
        ...stayBlocks(teardown),
      ],
      mark: outcome('ok', job),
    };
  }
  const lead = mrkdwn`Tear down gateway ${escapeText(gateway)}? ${goes.length} things go, ${stays.length} stay. Nothing has been started.`;
  if (activeRun !== undefined) {
    const text = mrkdwn`The run ${code(activeRun)} is at work on the gateway ${code(gateway)}, so nothing can be torn down now.`;
    return {
      text,
      blocks: [
        section(mrkdwn`:no_entry: *Not now.* ${text}`),
        section(mrkdwn`*What stands*\n${list(goes)}`),
      ],
      mark: outcome('refused', job),
    };
  }
  return {
    text: lead,
    blocks: [
      section(
        mrkdwn`:warning: ${teardown.isStale === true ? '*Other things go now than were approved, so nothing was begun.* ' : ''}*Tear down gateway ${code(gateway)}?* Nobody can use it any more, and what goes is made anew only by another provisioning.`,
      ),
      ...movedBlocks(teardown),
      section(mrkdwn`*What goes*\n${list(goes)}`),
      ...stayBlocks(teardown),
      actions([
        {
          label: 'Tear down',
          action: 'teardown.open',
          value: askedTeardown.write({ runId: job, gateway, removeApps }),
          style: 'danger',
        },
        { label: 'Cancel', action: 'run.dismiss', value: job },
      ]),
      context(
        mrkdwn`The button asks for the gateway's name. In scripts: ${commandCode(`teardown ${gateway} --confirm ${gateway}`)}.`,
      ),
    ],
    mark: outcome('asked', job),
  };
}

function stayBlocks({ stays, removeApps }: GatewayTeardown): Block[] {
  const blocks: Block[] = [];
  if (stays.length > 0) blocks.push(section(mrkdwn`*What stays*\n${list(stays)}`));
  const apps = removeApps
    ? "People's apps and keys go, too."
    : "People's apps stay: their keys work again once the gateway is back. `--remove-apps` removes them.";
  blocks.push(context(mrkdwn`${apps} APIs that were enabled stay enabled.`));
  return blocks;
}

/** A teardown goes by what was provisioned, not by what the configuration has come to say. */
function movedBlocks({ moved, elsewhere }: Pick<GatewayTeardown, 'moved' | 'elsewhere'>): Block[] {
  const text = movedText(moved);
  return [
    ...(text === '' ? [] : [section(text)]),
    ...(elsewhere.length === 0
      ? []
      : [
          section(
            mrkdwn`:warning: *Not looked at:* an earlier run has made something elsewhere, too.\n${list(elsewhere)}\n*Next:* set the configuration back to that place, and tear down once more.`,
          ),
        ]),
  ];
}

/** Empty when nothing has changed. */
export function movedText(moved: readonly ConfigurationChange[]): Mrkdwn {
  if (moved.length === 0) return nothing;
  const lines = moved.map(
    ({ variable, from, to }) => mrkdwn`• ${code(variable)}: ${code(from)}, by now ${code(to)}`,
  );
  return mrkdwn`*The configuration has changed since.* What was provisioned goes, where it was provisioned:\n${joined(lines, '\n')}`;
}

function list(names: readonly string[]): Mrkdwn {
  const rows = names.slice(0, longest).map((name) => mrkdwn`• ${escapeText(name)}`);
  const more = names.length - rows.length;
  return joined([...rows, ...(more > 0 ? [mrkdwn`… and ${more} more`] : [])], '\n');
}

/** Ids of the window and of its one field. */
export const teardownModalIds = {
  callback: 'teardown.confirm',
  block: 'name',
  action: 'name',
} as const;

/** What goes, and the name to be typed, in one: for whoever asked from Home. @param usual channel of the card. */
export function teardownWindow(
  teardown: GatewayTeardown,
  job: string,
  usual: string | undefined,
): Modal {
  const { gateway, goes, activeRun, removeApps } = teardown;
  const { blocks, mark } = teardownQuestion(teardown, job);
  const isAsked = goes.length > 0 && activeRun === undefined;
  const title = 'Tear down gateway';
  if (!isAsked) return { title, blocks, ...(mark === undefined ? {} : { mark }) };
  const shown = blocks.filter(({ type }) => type !== 'actions').slice(0, -1);
  const form = teardownModal({ runId: job, gateway, removeApps });
  return { ...form, blocks: [...shown, nameInput(gateway), ...runPlaceInputs(usual)] };
}

function nameInput(gateway: string): Block {
  return {
    type: 'input',
    block_id: teardownModalIds.block,
    label: { type: 'plain_text', text: "Type the gateway's name to confirm" },
    element: {
      type: 'plain_text_input',
      action_id: teardownModalIds.action,
      placeholder: { type: 'plain_text', text: gateway },
    },
  };
}

/** @param asked its channel is where the card will be; missing where the window itself has it chosen. */
export function teardownModal(asked: AskedTeardown): Modal {
  const { gateway, runId } = asked;
  return {
    title: 'Tear down gateway',
    blocks: [
      section(
        mrkdwn`:warning: This removes the gateway ${code(gateway)}: everything that the list before this window names.`,
      ),
      nameInput(gateway),
    ],
    mark: outcome('asked', runId),
    form: {
      submit: 'Tear down',
      callback: teardownModalIds.callback,
      metadata: askedTeardown.write(asked),
    },
  };
}

/** What takes the form's place when it cannot be. */
export function teardownNotice(text: Mrkdwn): Modal {
  return { title: 'Tear down gateway', blocks: [section(text)] };
}
