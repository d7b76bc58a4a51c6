// Windows over Home: an answer that is there, one that is on its way, and the form that sets a quota. Pure.
import type { Modal } from '../send/outgoing.ts';
import { type Message, outcome, section } from './message.ts';
import { type Mrkdwn, mrkdwn, code } from './mrkdwn.ts';

const title = 'LLM gateway';

export function messageModal({ blocks, mark }: Message): Modal {
  return { title, blocks, ...(mark === undefined ? {} : { mark }) };
}

export function loadingModal(words: Mrkdwn, job: string): Modal {
  return {
    title,
    blocks: [section(mrkdwn`:hourglass_flowing_sand: ${words}`)],
    mark: { kind: 'accepted', job },
  };
}

export function failedModal(text: Mrkdwn, job: string, status: 'failed' | 'refused'): Modal {
  return { title, blocks: [section(text)], mark: outcome(status, job) };
}

/** Ids of the window and of its one field. */
export const quotaForm = { callback: 'quota.set', block: 'quota', action: 'quota' } as const;

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
        block_id: quotaForm.block,
        label: { type: 'plain_text', text: 'Requests in a minute, hour, day or month' },
        element: {
          type: 'plain_text_input',
          action_id: quotaForm.action,
          placeholder: { type: 'plain_text', text: '20/minute' },
        },
      },
    ],
    form: { submit: 'Show the plan', callback: quotaForm.callback, metadata: gateway },
  };
}
