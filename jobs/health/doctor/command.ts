// `doctor` command: diagnoses a gateway in a job.
import type { doctorPayload } from './payload.ts';
import type { z } from 'zod';
import { chosenGateway, gatewayOption } from '../../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../../src/slack/dispatch/job-id.ts';
import { accepted, say } from '../../../src/slack/messages/message.ts';
import { type Command, answersTo } from '../../../src/slack/dispatch/command.ts';
import { mrkdwn, code } from '../../../src/slack/messages/mrkdwn.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Find what is wrong with a gateway, and why',
  example: 'doctor default',
  usage: 'doctor [GATEWAY]',
  help: 'Runs every check and lists root causes, edits and next actions. Changes nothing until you choose *Repair*.',
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
    const text = mrkdwn`Diagnosing ${code(gateway.name)}. This takes a few seconds and changes nothing.`;
    return { message: say(text, { mark: accepted(job) }), fills: job };
  },
};
