// Views of a key for its owner: revealed, or masked with Reveal. Pure.
import { commandCode } from '../../src/slack/messages/commands.ts';
import { z } from 'zod';
import { codec, plainName } from '../../src/slack/messages/codec.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';
import type { KeyReveal } from './notifier.ts';
import { quoted } from '../../src/gateway/credential.ts';
import { commandFor } from '../../src/kernel/named-commands.ts';
import { appName } from '../../src/gateway/resources.ts';
import { mask } from '../../src/kernel/redaction.ts';
import {
  type Block,
  type Message,
  actions,
  context,
  outcome,
  section,
} from '../../src/slack/messages/message.ts';
import { snippetsOf } from './snippets-view.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  codeBlock,
  moment,
  joined,
} from '../../src/slack/messages/mrkdwn.ts';

const title = 'Your API key';

export function loadingKeyModal(job: string): Modal {
  return {
    title,
    blocks: [
      section(mrkdwn`:hourglass_flowing_sand: Looking up your key. This takes a few seconds.`),
    ],
    mark: { kind: 'accepted', job },
  };
}

/** The one view that holds a key. */
export function keyModal(reveal: KeyReveal, job: string): Modal {
  return {
    title,
    blocks: revealBlocks(reveal),
    mark: outcome('ok', job),
  };
}

/** The same as an ephemeral message, if Slack refused the modal. */
export function keyEphemeral(reveal: KeyReveal, job: string): Message {
  return {
    text: mrkdwn`Your API key. Only you can see this message, until Slack reloads.`,
    blocks: revealBlocks(reveal),
    mark: outcome('ok', job),
  };
}

function revealBlocks(reveal: KeyReveal): Block[] {
  const snippets = snippetsOf(reveal);
  return [
    section(
      reveal.isNew ? mrkdwn`:white_check_mark: *Your API key is ready.*` : mrkdwn`*Your API key*`,
    ),
    section(codeBlock(reveal.consumerKey)),
    ...replacedBlocks(reveal),
    section(facts(reveal)),
    context(
      mrkdwn`Only you can see this key. Store it like a password. To see it again, run ${commandCode(showsIt(reveal))}.${reveal.isNew ? ' A new key can take up to 3 minutes to work.' : ''}`,
    ),
    ...(snippets.length === 0
      ? [
          section(
            mrkdwn`The gateway has no address, so there is no example yet. Run ${commandCode('status', reveal.gateway)} to see why.`,
          ),
        ]
      : snippets.map(({ name, text }) =>
          section(mrkdwn`*${escapeText(name)}*\n${codeBlock(text)}`),
        )),
  ];
}

/** The masked key in the modal that its owner opened; Reveal shows it there. */
export function maskedKeyModal(reveal: KeyReveal, job: string): Modal {
  return {
    title,
    blocks: maskedBlocks(reveal),
    mark: outcome('ok', job),
  };
}

export function maskedKeyMessage(reveal: KeyReveal, job: string): Message {
  return {
    text: mrkdwn`Your API key ${escapeText(mask(reveal.consumerKey))} is ready. Choose Reveal to see it. Only you can.`,
    blocks: maskedBlocks(reveal),
    mark: outcome('ok', job),
  };
}

function maskedBlocks(reveal: KeyReveal): Block[] {
  const lead = reveal.isNew
    ? ':white_check_mark: *Your API key is ready:*'
    : '*You already have a key:*';
  return [
    section(mrkdwn`${lead} ${code(mask(reveal.consumerKey))}`),
    ...replacedBlocks(reveal),
    section(facts(reveal)),
    ...(reveal.isEndKept === true
      ? [
          section(
            mrkdwn`*The expiry of an existing key can't change.* To get a key with another expiry, run ${commandCode(`key rotate ${quoted(reveal.app)} --expires 30d`, reveal.gateway)}.`,
          ),
        ]
      : []),
    actions([revealButton(reveal)]),
    context(mrkdwn`*Reveal* shows the key only to you.`),
  ];
}

/** The command that shows the key of that app. */
export const showsIt = ({ app, gateway }: Pick<KeyReveal, 'app' | 'gateway'>): string =>
  commandFor(app === appName(gateway) ? 'key' : `key --app ${quoted(app)}`, gateway);

/** Shows the clicking person their own key, and no other. */
export function revealButton({ gateway, app }: Pick<KeyReveal, 'gateway' | 'app'>) {
  return {
    label: 'Reveal',
    action: 'key.reveal',
    value: revealedKey.write({ gateway, app }),
    style: 'primary',
  } as const;
}

/** Value of a Reveal button. */
export const revealedKey = codec(z.object({ gateway: plainName, app: z.string().optional() }));

function replacedBlocks({ replaces }: KeyReveal): Block[] {
  if (replaces === undefined || replaces.old.length === 0) return [];
  return [section(replacedText(replaces))];
}

export function replacedText({ old, until }: NonNullable<KeyReveal['replaces']>): Mrkdwn {
  const which = joined(
    old.map((key) => code(key)),
    ', ',
  );
  return mrkdwn`*The old key ${which} works until ${moment(until)}.* Switch to the new key before then. Once it is verified, the old key is deleted.`;
}

function facts({ endpoint, model, quota, issuedAt, app, expiresAt }: KeyReveal): Mrkdwn {
  return joined(
    [
      mrkdwn`*Endpoint:* ${endpoint === undefined ? 'none yet' : code(endpoint)}`,
      mrkdwn`*Model:* ${code(model)}`,
      mrkdwn`*Quota:* ${escapeText(quota)}`,
      mrkdwn`*App:* ${code(app)}${issuedAt === undefined ? '' : mrkdwn`, issued ${moment(issuedAt)}`}`,
      mrkdwn`*Expires:* ${expiresAt === undefined ? 'never' : moment(expiresAt)}`,
    ],
    '\n',
  );
}
