// Teardown messages: the question, the resource lists and the confirmation modal.
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

/** Request of a question, in its button value and in the modal metadata. */
export const askedTeardown = codec(
  z.object({
    runId: plainName,
    gateway: plainName,
    removeApps: z.stringbool({ truthy: ['with-apps'], falsy: ['without-apps'] }),
    /** Channel of the question that opened the modal. */
    channel: z.string().optional(),
  }),
);
type AskedTeardown = CodecFields<typeof askedTeardown>;

/** Rows of a list before the rest is only counted. */
const longest = 40;

export function teardownQuestion(teardown: GatewayTeardown, job: string): Message {
  const { gateway, goes, stays, activeRun, removeApps } = teardown;
  if (goes.length === 0) {
    const text = mrkdwn`Gateway ${code(gateway)} has no resources, so there is nothing to tear down.`;
    return {
      text: text,
      blocks: [
        section(mrkdwn`:white_check_mark: ${text}`),
        ...movedBlocks(teardown),
        ...stayBlocks(teardown),
      ],
      mark: outcome('ok', job),
    };
  }
  const lead = mrkdwn`Tear down gateway ${escapeText(gateway)}? Deletes ${goes.length} resources and keeps ${stays.length}. Nothing has changed yet.`;
  if (activeRun !== undefined) {
    const text = mrkdwn`Run ${code(activeRun)} is active on ${code(gateway)}, so nothing can be torn down. *Next:* wait for it to finish, or cancel it with ${commandCode(`cancel ${activeRun}`)}.`;
    return {
      text: mrkdwn`Gateway busy. ${text}`,
      blocks: [
        section(mrkdwn`:no_entry: *Gateway busy.* ${text}`),
        section(mrkdwn`*Resources (${goes.length})*\n${list(goes)}`),
      ],
      mark: outcome('refused', job),
    };
  }
  const stale =
    teardown.isStale === true
      ? mrkdwn`*The resources changed since the approval, so nothing started.* `
      : nothing;
  return {
    text: mrkdwn`${stale}${lead}`,
    blocks: [
      section(
        mrkdwn`:warning: ${stale}*Tear down gateway ${code(gateway)}?* Requests stop working. Only a new provision run brings the gateway back.`,
      ),
      ...movedBlocks(teardown),
      section(mrkdwn`*Deleted (${goes.length})*\n${list(goes)}`),
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
        mrkdwn`*Tear down* asks for the gateway name. In scripts, use ${commandCode(`teardown ${gateway} --confirm ${gateway}`)}.`,
      ),
    ],
    mark: outcome('asked', job),
  };
}

function stayBlocks({ stays, removeApps }: GatewayTeardown): Block[] {
  const blocks: Block[] = [];
  if (stays.length > 0) blocks.push(section(mrkdwn`*Kept (${stays.length})*\n${list(stays)}`));
  const apps = removeApps
    ? 'Developer apps and their keys are deleted too.'
    : 'Developer apps are kept, and their keys work again after the next provision run. `--remove-apps` deletes them.';
  blocks.push(context(mrkdwn`${apps} Enabled APIs stay enabled.`));
  return blocks;
}

/** A teardown uses the configuration of the last provisioning. */
function movedBlocks({ moved, elsewhere }: Pick<GatewayTeardown, 'moved' | 'elsewhere'>): Block[] {
  const text = movedText(moved);
  return [
    ...(text === '' ? [] : [section(text)]),
    ...(elsewhere.length === 0
      ? []
      : [
          section(
            mrkdwn`:warning: *Not checked:* earlier runs also created resources elsewhere.\n${list(elsewhere)}\n*Next:* restore the configuration of that place, then tear down again.`,
          ),
        ]),
  ];
}

/** Empty without changes. */
export function movedText(moved: readonly ConfigurationChange[]): Mrkdwn {
  if (moved.length === 0) return nothing;
  const lines = moved.map(
    ({ variable, from, to }) => mrkdwn`• ${code(variable)}: ${code(from)} → ${code(to)}`,
  );
  return mrkdwn`*The configuration changed since the last provisioning.* The teardown uses the old values:\n${joined(lines, '\n')}`;
}

function list(names: readonly string[]): Mrkdwn {
  const rows = names.slice(0, longest).map((name) => mrkdwn`• ${escapeText(name)}`);
  const more = names.length - rows.length;
  return joined([...rows, ...(more > 0 ? [mrkdwn`… and ${more} more`] : [])], '\n');
}

/** Ids of the modal and of its field. */
export const teardownModalIds = {
  callback: 'teardown.confirm',
  block: 'name',
  action: 'name',
} as const;

/** The question and the name field in one modal, for requests from Home. @param usual channel of the card. */
export function teardownQuestionModal(
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
    label: { type: 'plain_text', text: 'Type the gateway name to confirm' },
    element: {
      type: 'plain_text_input',
      action_id: teardownModalIds.action,
      placeholder: { type: 'plain_text', text: gateway },
    },
  };
}

/** @param asked with the channel of the card, unless the modal has a field for it. */
export function teardownModal(asked: AskedTeardown): Modal {
  const { gateway, runId } = asked;
  return {
    title: 'Tear down gateway',
    blocks: [
      section(
        mrkdwn`:warning: This deletes the listed resources of gateway ${code(gateway)}. Requests stop working.`,
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

/** A notice in place of the modal. */
