// `ask PROMPT`: a question to the model through the gateway, with the asker's own key, answered in the channel.
import type { JobPayload } from '../../../jobs/index.ts';
import { chosenGateway, gatewayOption } from '../gateway-choice.ts';
import { jobId } from '../job-id.ts';
import { escapeText, shorten } from '../slack-text.ts';
import { accepted, say } from '../views/message.ts';
import type { Command } from './command.ts';

/** The prompt is dropped once it is answered; a job that nobody takes up loses it after a day. */
const promptKeptMs = 86_400_000;

export const ask: Command = {
  name: 'ask',
  usage: 'ask [--gateway NAME] PROMPT',
  help: 'ask the model; the answer comes into the channel',
  permission: 'anyone',
  isPublic: true,
  hasEffect: true,
  options: { gateway: gatewayOption },
  argument: { kind: 'verbatim', missing: 'There is no prompt to ask.' },
  run: async ({ by, delivery, threadTs, typed, deadline }, desk) => {
    const { queues, store } = desk;
    const gateway = chosenGateway(desk, typed, 'default');
    const job = jobId('ask', delivery);
    const payload: JobPayload<'ask'> = {
      gateway: gateway.name,
      prompt: job,
      to: { ...by, threadTs, job },
    };
    deadline.begin();
    await store.keepText(job, typed.rest, promptKeptMs);
    await queues.enqueue('ask', payload, job, by);
    const text = `Asking “${shorten(escapeText(typed.rest), 80)}”; the answer comes here.`;
    return { message: say(text, { mark: accepted(job) }) };
  },
};
