// The ask modal: long prompts, follow-ups and questions about a message.
import type { AskHandlerContext } from './handler-context.ts';
import type { Who } from '../../src/engine/journal.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import { chosenGateway } from '../../src/slack/dispatch/gateway-choice.ts';
import { textOfBlocks } from '../../src/slack/receive/block-text.ts';
import type { MessageAction } from '../../src/slack/dispatch/incoming.ts';
import { forwardedText } from '../../src/slack/receive/spoken.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { decodeSlackText, isBlank } from '../../src/slack/messages/slack-text.ts';
import { readAsk, startAsk } from './start-ask.ts';
import { outdated } from '../../src/slack/dispatch/refusals.ts';
import {
  type SubmissionReply,
  type SubmissionRequest,
  closed,
} from '../../src/slack/dispatch/submission.ts';
import type { TypedNames } from '../../src/slack/people/typed-names.ts';
import { askModalIds, askModal, askedFrom } from './modal-view.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export interface AskModalRequest {
  readonly by: Who;
  readonly delivery: string;
  readonly triggerId: string | undefined;
  readonly threadTs: string | undefined;
  readonly messageTs?: string | undefined;
  /** The job whose conversation continues; empty for a new question. */
  readonly value: string;
}

const aboutKeptMs = 3_600_000;

/** @param gateway if the opener has chosen one. */
export function openAskModal(
  ctx: AskHandlerContext,
  request: AskModalRequest,
  gateway?: string,
): Reply {
  const { by, delivery, triggerId, value } = request;
  const job = jobId('ask', delivery);
  const buttons = [{ label: 'Write a prompt', action: 'ask.write', value: gateway ?? '' }];
  const message = say(mrkdwn`Write a prompt for the model.`, { mark: accepted(job), buttons });
  if (triggerId === undefined) return { message };
  return {
    message,
    isPersonal: true,
    opens: true,
    after: async () => {
      const record = value === '' ? undefined : await readAsk(ctx, value);
      const isMore = value !== '';
      const kept = {
        gateway: gateway ?? record?.gateway ?? defaultGateway(ctx),
        channel: by.channel,
        threadTs: request.threadTs ?? (isMore ? request.messageTs : undefined),
        isThreadNew: request.threadTs === undefined,
      };
      const modal = askModal({ job, isMore, about: undefined, kept, isDirect: isDirect(by) });
      await ctx.messenger.openModal(triggerId, modal);
    },
  };
}

/** A failed question, to be edited and asked again by its asker. */
export function openEditModal(ctx: AskHandlerContext, request: AskModalRequest): Reply {
  const { by, delivery, triggerId, threadTs, messageTs, value: from } = request;
  const job = jobId('ask', delivery);
  const message = say(mrkdwn`Edit your question.`, { mark: accepted(job) });
  if (triggerId === undefined) return { message };
  const open = async (): Promise<void> => {
    const [record, prompt = ''] = await Promise.all([readAsk(ctx, from), ctx.texts.read(from)]);
    // Others may ask their own question, but cannot read a private one.
    const isTheirs = record?.to.user === by.user;
    const kept = {
      gateway: record?.gateway ?? defaultGateway(ctx),
      channel: by.channel,
      threadTs: threadTs ?? (record?.isPrivate === true ? undefined : messageTs),
      isThreadNew: threadTs === undefined,
      ...(isTheirs ? { from } : {}),
    };
    const initial = isTheirs
      ? { prompt, maxTokens: record.maxTokens, isPrivate: record.isPrivate === true }
      : undefined;
    const shown = { job, isMore: false, about: undefined, kept, initial };
    const modal = askModal({ ...shown, isDirect: isDirect(by) });
    await ctx.messenger.openModal(triggerId, modal);
  };
  return { message, isPersonal: true, opens: true, after: open };
}

/** The shortcut "Ask the gateway": the answer goes into the message's thread. */
export function openAboutModal(
  ctx: AskHandlerContext,
  action: MessageAction,
  names: TypedNames,
): Reply {
  const { trigger_id: triggerId, channel, message } = action;
  const job = jobId('ask', triggerId);
  return {
    message: say(mrkdwn`Ask about this message.`, { mark: accepted(job) }),
    after: async () => {
      const about = await quotedText(message, names);
      await ctx.texts.keep(`about-${job}`, about, aboutKeptMs);
      const threadTs = message.thread_ts ?? message.ts;
      const conversation = await ctx.asks
        .conversation(`${channel.id}:${threadTs}`)
        .catch(() => undefined);
      const kept = {
        gateway: conversation?.gateway ?? defaultGateway(ctx),
        channel: channel.id,
        threadTs,
        isThreadNew: message.thread_ts === undefined,
        about: `about-${job}`,
      };
      await ctx.messenger.openModal(triggerId, askModal({ job, isMore: false, about, kept }));
    },
  };
}

export async function submitAsk(
  { user, values, viewId, metadata, deadline, job }: SubmissionRequest,
  ctx: AskHandlerContext,
): Promise<SubmissionReply> {
  const kept = askedFrom.read(metadata);
  if (kept === undefined) return closed({ message: outdated('modal', job) });
  const asked = askModalIds.prompt.map((field) => values[field] ?? '').join('');
  const about = kept.about === undefined ? undefined : await ctx.texts.read(kept.about);
  if (isBlank(asked)) {
    return { how: 'errors', errors: { [askModalIds.prompt[0]]: 'Enter a prompt.' } };
  }
  const maxTokens = Number(values[askModalIds.maxTokens] ?? '');
  const by = { user, channel: kept.channel };
  const { temperature, model } = (kept.from && (await readAsk(ctx, kept.from))) || {};
  const reply = await startAsk(ctx, deadline, {
    by,
    delivery: viewId,
    threadTs: kept.threadTs,
    isThreadNew: kept.isThreadNew,
    gateway: kept.gateway,
    prompt: about === undefined ? asked : `${asked}\n\n${about}`,
    isPrivate: values[askModalIds.seen] === 'private',
    isRaw: false,
    ...(maxTokens > 0 ? { maxTokens } : {}),
    ...(temperature === undefined ? {} : { temperature }),
    ...(model === undefined ? {} : { model }),
  });
  return closed(reply, { ...by, threadTs: kept.threadTs, isThreadNew: kept.isThreadNew });
}

const isDirect = ({ channel }: Who): boolean => /^[DUW]/.test(channel);

const defaultGateway = (ctx: AskHandlerContext): string =>
  chosenGateway(ctx, { name: 'ask', options: {}, words: [] }, 'default').name;

/** Content of a message: text that people typed, and the blocks of messages from programs. */
async function quotedText(
  { text, blocks, attachments }: MessageAction['message'],
  names: TypedNames,
): Promise<string> {
  const read = async (encoded: string): Promise<string> =>
    decodeSlackText(await names.fill(encoded));
  const shown = blocks.flatMap((block): Promise<string>[] => {
    if (block.type === 'markdown' && typeof block.text === 'string') {
      return [Promise.resolve(block.text)];
    }
    const inner = typeof block.text === 'object' && block.text !== null ? block.text : {};
    return block.type === 'section' && 'text' in inner && typeof inner.text === 'string'
      ? [read(inner.text)]
      : [];
  });
  const own = isBlank(text) ? textOfBlocks(blocks) : text;
  const words = shown.length > 0 ? await Promise.all(shown) : [await read(own)];
  const forwarded = await read(forwardedText(attachments));
  return [...words, forwarded].filter((part) => part !== '').join('\n\n');
}
