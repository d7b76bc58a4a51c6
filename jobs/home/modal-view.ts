// The window that asks an operator for a quota. Pure.
import { section } from '../../src/slack/messages/message.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';
import { code, mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

/** Ids of the window and of its one field. */
export const quotaModalIds = { callback: 'quota.set', block: 'quota', action: 'quota' } as const;

/** What comes back with it is the gateway's name. */
export function quotaModal(gateway: string): Modal {
  return {
    title: 'Set the quota',
    blocks: [
      section(
        mrkdwn`How many requests each app may send to the gateway ${code(gateway)}. What it would change is shown first.`,
      ),
      {
        type: 'input',
        block_id: quotaModalIds.block,
        label: { type: 'plain_text', text: 'Requests in a minute, hour, day or month' },
        element: {
          type: 'plain_text_input',
          action_id: quotaModalIds.action,
          placeholder: { type: 'plain_text', text: '20/minute' },
        },
      },
    ],
    form: { submit: 'Show the plan', callback: quotaModalIds.callback, metadata: gateway },
  };
}
