// Job that applies an operator's decision on a key.
import type { Carriers } from '../approvals/index.ts';
import type { z } from 'zod';
import type { keyPayload } from './payload.ts';

export const carryOutKey: Carriers['key'] = (
  { queues },
  { gateway, owner, app, hash },
  { by, isApproved, job },
) => {
  const who = { user: by.user, channel: by.user };
  const payload: z.input<typeof keyPayload> = {
    gateway,
    action: isApproved ? 'approve' : 'deny',
    owner,
    app,
    key: hash,
    to: { ...who, job },
  };
  return queues.enqueue('key', payload, job, who);
};
