// `key [issue]`: the caller's own key, shown in a window that only they see.
import type { JobPayload } from '../../../jobs/index.ts';
import { chosenGateway, gatewayOption } from '../gateway-choice.ts';
import { jobId } from '../job-id.ts';
import { openKeyWindow } from '../key-window.ts';
import { accepted, say } from '../views/message.ts';
import type { Command } from './command.ts';

export const key: Command = {
  name: 'key',
  usage: 'key [issue] [--gateway NAME]',
  help: 'your own key, shown to you alone, with a ready curl',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: { gateway: gatewayOption },
  argument: { kind: 'words', max: 1, allowed: ['issue'] },
  run: async ({ by, delivery, threadTs, triggerId, deadline, typed }, desk) => {
    const gateway = chosenGateway(desk, { ...typed, words: [] }, 'default');
    const job = jobId('key', delivery);
    const payload: JobPayload<'key'> = {
      gateway: gateway.name,
      action: 'issue',
      // The window has no id before it is open; the job finds it under its own id.
      to: { ...by, threadTs, job, viewId: triggerId === undefined ? undefined : job },
    };
    deadline.begin();
    await desk.queues.enqueue('key', payload, job, by);
    const where = triggerId === undefined ? 'only you will see it' : 'it appears in a window';
    const text = `Looking up your key for \`${gateway.name}\`; ${where}.`;
    return {
      message: say(text, { mark: accepted(job) }),
      ...(triggerId === undefined ? {} : { after: () => openKeyWindow(desk, triggerId, job) }),
    };
  },
};
