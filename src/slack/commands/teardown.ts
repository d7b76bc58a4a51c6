// `teardown [gateway]`: takes a gateway away, after its name was typed: in the command for scripts, else in a window.
import type { JobPayload } from '../../../jobs/index.ts';
import { movedSince, whereaboutsOf } from '../../../jobs/last-provisioning.ts';
import { chosenGateway, gatewayOption } from '../gateway-choice.ts';
import { jobId } from '../job-id.ts';
import { code } from '../slack-text.ts';
import { holderOf, startRun } from '../start-run.ts';
import { refusal } from '../views/help.ts';
import { accepted, say, section } from '../views/message.ts';
import { lockedMessage } from '../views/provision.ts';
import { movedText } from '../views/teardown.ts';
import type { Command } from './command.ts';

export const teardownRunbook = 'teardown';

export const teardown: Command = {
  name: 'teardown',
  usage: 'teardown [GATEWAY] [--remove-apps] [--confirm GATEWAY]',
  help: 'take the gateway away; shows what goes and what stays, and asks for its name first',
  permission: 'operator',
  isPublic: true,
  hasEffect: true,
  options: {
    gateway: gatewayOption,
    'remove-apps': { kind: 'flag', help: "removes people's apps and their keys, too" },
    confirm: {
      kind: 'value',
      placeholder: 'GATEWAY',
      help: "the gateway's name once more: starts at once, without the question",
      pattern: /\S+/,
    },
  },
  argument: { kind: 'words', max: 1 },
  run: async ({ by, delivery, threadTs, typed, deadline }, desk) => {
    const gateway = chosenGateway(desk, typed, 'named');
    const target = gateway.name;
    const runId = jobId(`${teardownRunbook}-${target}`, delivery);
    const removeApps = typed.options['remove-apps'] === true;
    const input = { removeApps };
    const { confirm } = typed.options;
    if (confirm !== undefined && confirm !== target) {
      const text = `${code(String(confirm))} is not the name of the gateway ${code(target)}. Nothing was started.`;
      return { message: refusal(text, runId, 'Not confirmed.') };
    }
    if (confirm === target) {
      const request = { runId, runbook: teardownRunbook, target, input, by };
      const { last } = await whereaboutsOf(desk.store, target);
      const { message, ...reply } = await startRun(desk, deadline, request);
      const moved = movedText(movedSince(last, gateway));
      if (moved === '') return { message, ...reply };
      return { message: { ...message, blocks: [...message.blocks, section(moved)] }, ...reply };
    }
    const holder = await holderOf(desk.store, target);
    if (holder !== undefined) return { message: lockedMessage(holder, runId) };
    deadline.begin();
    const payload: JobPayload<'teardown-look'> = {
      gateway: target,
      removeApps,
      to: { ...by, threadTs, job: runId },
    };
    await desk.queues.enqueue('teardown-look', payload, runId, by);
    const text = `Looking at what stands of the gateway \`${target}\`; I ask before anything goes.`;
    return { message: say(text, { mark: accepted(runId) }) };
  },
};
