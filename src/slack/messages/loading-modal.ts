// Modals for an answer, a pending answer and a failure. Pure.
import type { Modal } from './modal.ts';
import { type Message, outcome, section } from './message.ts';
import { type Mrkdwn, mrkdwn } from './mrkdwn.ts';

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
