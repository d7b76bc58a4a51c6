// `status` command: reads the state of a gateway in a job.
import type { statusPayload } from './payload.ts';
import type { z } from 'zod';
import { chosenGateway, gatewayOption } from '../../../src/slack/dispatch/gateway-choice.ts';
import { accepted, say } from '../../../src/slack/messages/message.ts';
import { type Command, answersTo } from '../../../src/slack/dispatch/command.ts';
import { mrkdwn, code } from '../../../src/slack/messages/mrkdwn.ts';

export const status: Command = {
  name: 'status',
  summary: 'Show the state of a gateway',
  example: 'status default',
  usage: 'status [GATEWAY]',
  help: 'Shows the state and its cause, the endpoint, the model, the protection, the keys and the last run.',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: { gateway: gatewayOption },
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const { by, job, deadline, typed } = call;
    const gateway = chosenGateway(ctx, typed, 'default');
    const payload: z.input<typeof statusPayload> = {
      gateway: gateway.name,
      to: answersTo(call, job),
    };
    deadline.begin();
    await ctx.queues.enqueue('status', payload, job, by);
    const text = mrkdwn`Checking ${code(gateway.name)}. This takes a few seconds.`;
    return { message: say(text, { mark: accepted(job) }), fills: job };
  },
};
