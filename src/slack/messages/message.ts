// Messages before fitting and redaction: text, blocks and the mark for scripts.
import type { types } from '@slack/bolt';
import { type Mrkdwn } from './mrkdwn.ts';

export type Block = types.KnownBlock;

export const outcomeStatuses = ['ok', 'failed', 'refused', 'asked'] as const;
export type OutcomeStatus = (typeof outcomeStatuses)[number];

/** Tells a script that a message is final or that a job was accepted. `job` is made of [a-z0-9-]. */
export type Mark =
  | { readonly kind: 'outcome'; readonly status: OutcomeStatus; readonly job: string }
  | { readonly kind: 'accepted'; readonly job: string };

export interface Message {
  /** Used by screen readers and notifications instead of the blocks, without formatting once it is sent: complete. */
  readonly text: Mrkdwn;
  readonly blocks: readonly Block[];
  readonly mark?: Mark;
}

export interface MessageButton {
  readonly label: string;
  /** Action id. */
  readonly action: string;
  /** Never a secret: Slack shows values to any app. */
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** Slack asks for confirmation before it sends the action. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
}

/** No automatic links or mentions. */
const mrkdwnText = (text: Mrkdwn): types.MrkdwnElement => ({
  type: 'mrkdwn',
  text,
  verbatim: true,
});

export function section(text: Mrkdwn): Block {
  return { type: 'section', text: mrkdwnText(text) };
}

/** A section with a button beside it. */
export function sectionBeside(text: Mrkdwn, button: MessageButton): Block {
  return { type: 'section', text: mrkdwnText(text), accessory: toElement(button) };
}

/** Short facts side by side. */
export function fields(texts: readonly Mrkdwn[]): Block {
  return { type: 'section', fields: texts.map(mrkdwnText) };
}

export function context(text: Mrkdwn): Block {
  return { type: 'context', elements: [mrkdwnText(text)] };
}

export function header(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text } };
}

export function divider(): Block {
  return { type: 'divider' };
}

export function actions(buttons: readonly MessageButton[]): Block {
  return { type: 'actions', elements: buttons.map(toElement) };
}

function toElement(button: MessageButton): types.Button {
  const { confirm } = button;
  return {
    type: 'button',
    text: { type: 'plain_text', text: button.label },
    action_id: button.action,
    value: button.value,
    ...(button.style === undefined ? {} : { style: button.style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: { type: 'plain_text', text: confirm.title },
            text: { type: 'plain_text', text: confirm.text },
            confirm: { type: 'plain_text', text: confirm.yes },
            deny: { type: 'plain_text', text: 'Go back' },
          },
        }),
  };
}

/** A message of one paragraph, with optional buttons. */
export function say(
  text: Mrkdwn,
  options: { mark?: Mark; buttons?: readonly MessageButton[] } = {},
): Message {
  const { mark, buttons = [] } = options;
  return {
    text: text,
    blocks: [section(text), ...(buttons.length === 0 ? [] : [actions(buttons)])],
    ...(mark === undefined ? {} : { mark }),
  };
}

/** Slack allows 255 characters in a block id; another app's button may contain anything. */
const markedJob = (job: string): string => (/^[\w.:-]{1,200}$/.test(job) ? job : 'unknown');

export function outcome(status: OutcomeStatus, job: string): Mark {
  return { kind: 'outcome', status, job: markedJob(job) };
}

export function accepted(job: string): Mark {
  return { kind: 'accepted', job: markedJob(job) };
}
