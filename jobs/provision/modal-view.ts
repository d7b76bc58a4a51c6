// Plan modal: the plan with a channel field for the run card.
import type { Modal } from '../../src/slack/messages/modal.ts';
import type { GatewayPlan, PlanShowing } from './notifier.ts';
import { messageModal } from '../../src/slack/messages/loading-modal.ts';
import type { Block } from '../../src/slack/messages/message.ts';
import { approvedPlan, canStart, planMessage } from './plan-view.ts';

export const planModalIds = { callback: 'plan.submit' } as const;

/** Block ids of the fields for the card's place. */
export const runPlace = { channel: 'run-place', direct: 'run-direct' } as const;

/** @param usual the preselected channel. */
export function runPlaceInputs(usual: string | undefined): Block[] {
  return usual === undefined ? [channelInput(usual)] : [channelInput(usual), directInput];
}

/** Slack offers no way to clear a selected channel. */
const directInput: Block = {
  type: 'input',
  block_id: runPlace.direct,
  optional: true,
  label: { type: 'plain_text', text: 'Or use no channel' },
  element: {
    type: 'checkboxes',
    action_id: runPlace.direct,
    options: [
      {
        text: { type: 'plain_text', text: 'Send the card to my direct messages only' },
        value: 'direct',
      },
    ],
  },
};

function channelInput(usual: string | undefined): Block {
  return {
    type: 'input',
    block_id: runPlace.channel,
    optional: true,
    label: { type: 'plain_text', text: 'Channel for the run card' },
    hint: {
      type: 'plain_text',
      text: 'Choose a channel the bot is in. Without one, the card goes to your direct messages.',
    },
    element: {
      type: 'conversations_select',
      action_id: runPlace.channel,
      placeholder: { type: 'plain_text', text: 'Choose a channel' },
      filter: { include: ['public', 'private'], exclude_bot_users: true },
      ...(usual === undefined ? {} : { initial_conversation: usual }),
    },
  };
}

export function planModal(
  plan: GatewayPlan,
  showing: PlanShowing,
  job: string,
  usual: string | undefined,
): Modal {
  const message = planMessage(plan, showing, job);
  if (!canStart(plan, showing)) return messageModal(message);
  const { gateway, hash } = plan;
  const shown = message.blocks.filter(({ type }) => type !== 'actions');
  return {
    ...messageModal({ ...message, blocks: [...shown, ...runPlaceInputs(usual)] }),
    form: {
      submit: showing.asksSecond === true ? 'Request approval' : 'Provision',
      callback: planModalIds.callback,
      metadata: approvedPlan.write({ runId: job, hash, gateway }),
    },
  };
}
