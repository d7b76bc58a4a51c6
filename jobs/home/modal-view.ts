// Modal for setting a quota. Pure.
import { section } from '../../src/slack/messages/message.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';
import { code, mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

/** Ids of the modal and of its field. */
export const quotaModalIds = { callback: 'quota.set', block: 'quota', action: 'quota' } as const;

/** Its metadata is the gateway's name. */
export function quotaModal(gateway: string): Modal {
  return {
    title: 'Set quota',
    blocks: [
      section(
        mrkdwn`Sets how many requests each app can send to ${code(gateway)}. You confirm the plan before anything changes.`,
      ),
      {
        type: 'input',
        block_id: quotaModalIds.block,
        label: { type: 'plain_text', text: 'Requests per minute, hour, day or month' },
        element: {
          type: 'plain_text_input',
          action_id: quotaModalIds.action,
          placeholder: { type: 'plain_text', text: '20/minute' },
        },
      },
    ],
    form: { submit: 'Show plan', callback: quotaModalIds.callback, metadata: gateway },
  };
}
