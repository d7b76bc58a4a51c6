// The key and its ready commands, for its owner's eyes; and its masked announcement. Pure.
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

const title = 'Your gateway key';

export function loadingKeyModal(job: string): Modal {
  return {
    title,
    blocks: [
      section(mrkdwn`:hourglass_flowing_sand: Looking up your key. It appears here in a moment.`),
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

/** The same for a person's eyes alone where Slack would not open the window that they asked for. */
export function keyEphemeral(reveal: KeyReveal, job: string): Message {
  return {
    text: mrkdwn`Your key, as no window could be opened. Only you see this, until Slack reloads.`,
    blocks: revealBlocks(reveal),
    mark: outcome('ok', job),
  };
}

function revealBlocks(reveal: KeyReveal): Block[] {
  const snippets = snippetsOf(reveal);
  return [
    section(reveal.isNew ? mrkdwn`:white_check_mark: *Your key is ready.*` : mrkdwn`*Your key.*`),
    section(codeBlock(reveal.consumerKey)),
    ...replacedBlocks(reveal),
    ...(snippets.length === 0
      ? [
          section(
            mrkdwn`The gateway has no address now, so there is no ready command. ${commandCode('status', reveal.gateway)} says why.`,
          ),
        ]
      : snippets.map(({ name, text }) =>
          section(mrkdwn`*${escapeText(name)}*\n${codeBlock(text)}`),
        )),
    section(facts(reveal)),
    context(
      mrkdwn`Only you see this, and it is masked from now on. Keep it like a password; ${commandCode(showsIt(reveal))} shows it again.${reveal.isNew ? ' A new key is known to the gateway within seconds, now and then within three minutes.' : ''}`,
    ),
  ];
}

/** The key exists, masked, in the window its owner opened; Reveal shows it there. */
export function maskedKeyModal(reveal: KeyReveal, job: string): Modal {
  return {
    title,
    blocks: maskedBlocks(reveal),
    mark: outcome('ok', job),
  };
}

export function maskedKeyMessage(reveal: KeyReveal, job: string): Message {
  return {
    text: mrkdwn`Your key ${escapeText(mask(reveal.consumerKey))} is ready; press Reveal to see it. Only you can.`,
    blocks: maskedBlocks(reveal),
    mark: outcome('ok', job),
  };
}

function maskedBlocks(reveal: KeyReveal): Block[] {
  const lead = reveal.isNew
    ? ':white_check_mark: *Your key is ready:*'
    : '*You have a key already:*';
  return [
    section(mrkdwn`${lead} ${code(mask(reveal.consumerKey))}`),
    ...replacedBlocks(reveal),
    section(facts(reveal)),
    ...(reveal.isEndKept === true
      ? [
          section(
            mrkdwn`*The end of a key that is there cannot be changed.* For another, rotate it: ${commandCode(`key rotate ${quoted(reveal.app)} --expires 30d`, reveal.gateway)}; the new one works before this one goes.`,
          ),
        ]
      : []),
    actions([revealButton(reveal)]),
    context(mrkdwn`Reveal opens a window that only you see. The button does not hold the key.`),
  ];
}

/** What is typed for the key of that app. */
export const showsIt = ({ app, gateway }: Pick<KeyReveal, 'app' | 'gateway'>): string =>
  commandFor(app === appName(gateway) ? 'key' : `key --app ${quoted(app)}`, gateway);

/** Whoever presses it is shown a key of their own, and no other. */
export function revealButton({ gateway, app }: Pick<KeyReveal, 'gateway' | 'app'>) {
  return {
    label: 'Reveal',
    action: 'key.reveal',
    value: revealedKey.write({ gateway, app }),
    style: 'primary',
  } as const;
}

/** What a Reveal button is about. */
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
  return mrkdwn`*The old key ${which} works on until ${moment(until)}*, and goes only once the new one is seen to work. Put the new one in its place by then.`;
}

function facts({ endpoint, model, quota, issuedAt, app, expiresAt }: KeyReveal): Mrkdwn {
  return joined(
    [
      mrkdwn`*Endpoint:* ${endpoint === undefined ? 'none yet' : code(endpoint)}`,
      mrkdwn`*Model:* ${code(model)}`,
      mrkdwn`*Quota:* ${escapeText(quota)}`,
      mrkdwn`*App:* ${code(app)}${issuedAt === undefined ? '' : mrkdwn`, issued ${moment(issuedAt)}`}`,
      mrkdwn`*Ends:* ${expiresAt === undefined ? 'never' : moment(expiresAt)}`,
    ],
    '\n',
  );
}
