// `doctor`: examines the gateway by every check there is, in a job, and names causes before what follows from them.
import type { doctorPayload } from './payload.ts';
import type { z } from 'zod';
import { chosenGateway, gatewayOption } from '../../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../../src/slack/dispatch/job-id.ts';
import { accepted, say } from '../../../src/slack/messages/message.ts';
import { type Command, answersTo } from '../../../src/slack/dispatch/command.ts';
import { mrkdwn, code } from '../../../src/slack/messages/mrkdwn.ts';

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [GATEWAY]',
  help: 'examine the gateway: what is wrong, why, who edited it, and Repair; changes nothing',
  permission: 'operator',
  isPublic: false,
  hasEffect: true,
  options: { gateway: gatewayOption },
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const { by, delivery, deadline, typed } = call;
    const gateway = chosenGateway(ctx, typed, 'default');
    const job = jobId('doctor', delivery);
    const payload: z.input<typeof doctorPayload> = {
      gateway: gateway.name,
      to: answersTo(call, job),
    };
    deadline.begin();
    await ctx.queues.enqueue('doctor', payload, job, by);
    const text = mrkdwn`Examining the gateway ${code(gateway.name)}, all checks side by side; the diagnosis comes in some seconds.`;
    return { message: say(text, { mark: accepted(job) }), fills: job };
  },
};
