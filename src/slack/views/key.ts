// The key and its ready curl, for its owner's eyes; and its masked announcement. Pure.
import type { KeyReveal } from '../../../jobs/audience.ts';
import { mask } from '../../redaction.ts';
import { code, codeBlock, escapeText, moment } from '../slack-text.ts';
import type { Modal } from '../outgoing.ts';
import { type Block, type Message, actions, context, outcome, section } from './message.ts';

const title = 'Your gateway key';

export function loadingKeyModal(job: string): Modal {
  return {
    title,
    blocks: [section(':hourglass_flowing_sand: Looking up your key. It appears here in a moment.')],
    mark: { kind: 'accepted', job },
  };
}

/** The one view that holds a key. */
export function keyModal(reveal: KeyReveal, job: string): Modal {
  const curl = curlOf(reveal);
  const blocks: Block[] = [
    section(reveal.isNew ? ':white_check_mark: *Your key is ready.*' : '*Your key.*'),
    section(codeBlock(reveal.consumerKey)),
    ...(curl === undefined
      ? [
          section(
            'The gateway has no address now, so there is no ready command. `/llmgw status` says why.',
          ),
        ]
      : [section(`*Try it*\n${codeBlock(curl)}`)]),
    section(facts(reveal)),
    context(
      'Only you see this, and it is masked from now on. Keep it like a password; `/llmgw key` shows it again.',
    ),
  ];
  return { title, blocks, mark: outcome('ok', job) };
}

/** The key exists, masked, in the window its owner opened; Reveal shows it there. */
export function maskedKeyModal(reveal: KeyReveal, job: string): Modal {
  return { title, blocks: maskedBlocks(reveal), mark: outcome('ok', job) };
}

export function maskedKeyMessage(reveal: KeyReveal, job: string): Message {
  return {
    text: `Your key ${mask(reveal.consumerKey)} is ready; press Reveal to see it. Only you can.`,
    blocks: maskedBlocks(reveal),
    mark: outcome('ok', job),
  };
}

function maskedBlocks(reveal: KeyReveal): Block[] {
  const lead = reveal.isNew
    ? ':white_check_mark: *Your key is ready:*'
    : '*You have a key already:*';
  return [
    section(`${lead} ${code(mask(reveal.consumerKey))}`),
    section(facts(reveal)),
    actions([{ label: 'Reveal', action: 'key.reveal', value: reveal.gateway, style: 'primary' }]),
    context('Reveal opens a window that only you see. The button does not hold the key.'),
  ];
}

export function failedKeyModal(text: string, job: string, status: 'failed' | 'refused'): Modal {
  return { title, blocks: [section(text)], mark: outcome(status, job) };
}

function facts({ endpoint, model, quota, issuedAt, app }: KeyReveal): string {
  return [
    `*Endpoint:* ${endpoint === undefined ? 'none yet' : code(endpoint)}`,
    `*Model:* ${code(model)}`,
    `*Quota:* ${escapeText(quota)}`,
    `*App:* ${code(app)}${issuedAt === undefined ? '' : `, issued ${moment(issuedAt)}`}`,
  ].join('\n');
}

function curlOf({ endpoint, consumerKey, model }: KeyReveal): string | undefined {
  if (endpoint === undefined) return undefined;
  const body = JSON.stringify({ model, prompt: 'Why is the sky blue?', max_tokens: 64 });
  return [
    `curl -s ${endpoint}/v1/completions \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H 'x-api-key: ${consumerKey}' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
