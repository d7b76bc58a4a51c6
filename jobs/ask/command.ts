// The `ask` command: a question to the model with the asker's own key.
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
  help: 'The answer streams into a thread; reply there to go on. Without PROMPT, a modal opens for long prompts.',
  permission: 'anyone',
  isPublic: true,
  isPersonal: ({ options, rest }) => options['private'] === true || isBlank(rest),
  hasEffect: true,
  options: {
    private: { kind: 'flag', help: 'show the answer only to you' },
    'max-tokens': {
      kind: 'value',
      placeholder: 'N',
      help: 'limit the answer to 1 to 32768 tokens (default 256)',
      pattern: /[1-9]\d{0,3}|[12]\d{4}|3[01]\d{3}|32[0-6]\d{2}|327[0-5]\d|3276[0-8]/,
    },
    temperature: {
      kind: 'value',
      placeholder: 'T',
      help: 'set the randomness, 0 to 2 (default 0.2)',
      pattern: /[01](\.\d+)?|2(\.0+)?/,
    },
    model: {
      kind: 'value',
      placeholder: 'NAME',
      help: 'use another model or adapter of the gateway',
      pattern: /\S+/,
    },
    raw: { kind: 'flag', help: 'show status, headers and body, like curl -i' },
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
      const text = mrkdwn`The prompt is missing. Add it after \`ask\`, or choose *Write a prompt*.`;
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

/** A conversation stays on its gateway, unless the command names another. */
function gatewayOf({ typed, threadGateway }: Call, ctx: AskHandlerContext): string {
  return threadGateway === undefined || typed.options['gateway'] !== undefined
    ? chosenGateway(ctx, typed, 'default').name
    : gatewayNamed(ctx, threadGateway).name;
}
