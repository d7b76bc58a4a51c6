// A plan in the window that asked for it, with the place of the run's card to choose: its submission approves exactly that plan. Pure.
import type { Modal } from '../../src/slack/messages/modal.ts';
import type { GatewayPlan, PlanShowing } from './notifier.ts';
import { messageModal } from '../../src/slack/messages/loading-modal.ts';
import type { Block } from '../../src/slack/messages/message.ts';
import { approvedPlan, mayBegin, planMessage } from './plan-view.ts';

export const planModalIds = { callback: 'plan.submit' } as const;

/** The fields that say where a run's card appears. */
export const runPlace = { channel: 'run-place', direct: 'run-direct' } as const;

/** @param usual the channel that is chosen already. */
export function runPlaceInputs(usual: string | undefined): Block[] {
  return usual === undefined ? [channelInput(usual)] : [channelInput(usual), directInput];
}

/** Slack lets nobody take a chosen channel out again. */
const directInput: Block = {
  type: 'input',
  block_id: runPlace.direct,
  optional: true,
  label: { type: 'plain_text', text: 'Or in no channel' },
  element: {
    type: 'checkboxes',
    action_id: runPlace.direct,
    options: [
      {
        text: { type: 'plain_text', text: 'Only in my direct messages with the bot' },
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
    label: { type: 'plain_text', text: 'Where its card appears' },
    hint: {
      type: 'plain_text',
      text: 'A channel that I am in, for everybody to follow it. Without one: your direct messages with me.',
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

export function planWindow(
  plan: GatewayPlan,
  showing: PlanShowing,
  job: string,
  usual: string | undefined,
): Modal {
  const message = planMessage(plan, showing, job);
  if (!mayBegin(plan, showing)) return messageModal(message);
  const { gateway, hash } = plan;
  const shown = message.blocks.filter(({ type }) => type !== 'actions');
  return {
    ...messageModal({ ...message, blocks: [...shown, ...runPlaceInputs(usual)] }),
    form: {
      submit: showing.asksSecond === true ? 'Ask for approval' : 'Provision',
      callback: planModalIds.callback,
      metadata: approvedPlan.write({ runId: job, hash, gateway }),
    },
  };
}
