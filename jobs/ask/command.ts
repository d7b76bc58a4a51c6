// `ask PROMPT`: a question to the model through the gateway, with the asker's own key, answered where it was asked.
import type { AskHandlerContext } from './handler-context.ts';
import { openAskModal } from './modal.ts';
import { startAsk } from './start-ask.ts';
import {
  chosenGateway,
  gatewayNamed,
  gatewayOption,
} from '../../src/slack/dispatch/gateway-choice.ts';
import { isBlank } from '../../src/slack/messages/slack-text.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import type { Call, Command } from '../../src/slack/dispatch/command.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const ask: Command<AskHandlerContext> = {
  name: 'ask',
  summary: 'Ask the model a question',
  example: 'ask --max-tokens 64 What is the capital of France?',
  usage: 'ask [options] PROMPT',
  help: 'ask the model; without a prompt, a window takes a long one',
  permission: 'anyone',
  isPublic: true,
  isPersonal: ({ options, rest }) => options['private'] === true || isBlank(rest),
  hasEffect: true,
  options: {
    private: { kind: 'flag', help: 'only you see the answer' },
    'max-tokens': {
      kind: 'value',
      placeholder: 'N',
      help: 'the longest answer, 1 to 32768 tokens; 256 by default',
      pattern: /[1-9]\d{0,3}|[12]\d{4}|3[01]\d{3}|32[0-6]\d{2}|327[0-5]\d|3276[0-8]/,
    },
    temperature: {
      kind: 'value',
      placeholder: 'T',
      help: 'from 0 (always the same) to 2 (wild); 0.2 by default',
      pattern: /[01](\.\d+)?|2(\.0+)?/,
    },
    model: {
      kind: 'value',
      placeholder: 'NAME',
      help: 'another model or adapter that the gateway serves',
      pattern: /\S+/,
    },
    raw: { kind: 'flag', help: 'status, headers and body as they come, like curl -i' },
    gateway: gatewayOption,
  },
  argument: { kind: 'verbatim' },
  run: async (call, ctx) => {
    const { by, delivery, job, threadTs, isThreadNew, triggerId, typed, deadline } = call;
    const { options, rest: prompt } = typed;
    const gateway = gatewayOf(call, ctx);
    if (isBlank(prompt)) {
      if (triggerId !== undefined) {
        return openAskModal(ctx, { by, delivery, triggerId, threadTs, value: '' }, gateway);
      }
      const text = mrkdwn`There is no prompt to ask. Write it behind \`ask\`, or in a window.`;
      const buttons = [{ label: 'Write a prompt', action: 'ask.write', value: gateway }];
      return { message: say(text, { mark: outcome('refused', job), buttons }), isPersonal: true };
    }
    const maxTokens = options['max-tokens'];
    const temperature = options['temperature'];
    const model = options['model'];
    return startAsk(ctx, deadline, {
      by,
      delivery,
      job,
      threadTs,
      ...(isThreadNew === undefined ? {} : { isThreadNew }),
      gateway,
      prompt,
      isPrivate: options['private'] === true,
      isRaw: options['raw'] === true,
      ...(typeof maxTokens === 'string' ? { maxTokens: Number(maxTokens) } : {}),
      ...(typeof temperature === 'string' ? { temperature: Number(temperature) } : {}),
      ...(typeof model === 'string' ? { model } : {}),
    });
  },
};

/** A conversation goes on where it was begun, unless another gateway is named. */
function gatewayOf({ typed, threadGateway }: Call, ctx: AskHandlerContext): string {
  return threadGateway === undefined || typed.options['gateway'] !== undefined
    ? chosenGateway(ctx, typed, 'default').name
    : gatewayNamed(ctx, threadGateway).name;
}
