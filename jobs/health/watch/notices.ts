// Events that a channel can subscribe to, and their notices.
import { z } from 'zod';
import { storedIncident } from '../../../src/gateway/runs.ts';
import { storedFault } from '../../../src/kernel/stored.ts';

export const noticeEvents = ['ready', 'failed', 'degraded', 'protection', 'lease', 'gone'] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

const ofNotice = {
  /** Of [a-z0-9-]. The same id edits the same message. */
  id: z.string(),
  gateway: z.string(),
  /** ms since the epoch. */
  at: z.number(),
};

const leaseNotice = z.object({
  ...ofNotice,
  event: z.literal('lease'),
  until: z.number(),
  extendMs: z.number(),
  /** The fault that prevented the teardown at the lease's end. */
  lapsed: storedFault.exactOptional(),
  over: z
    .discriminatedUnion('how', [
      z.object({ how: z.literal('extended'), until: z.number(), by: z.string() }),
      /** `run` tears the gateway down. */
      z.object({ how: z.literal('ended'), run: z.string().optional() }),
      /** A separate notice gives the reason for no teardown. */
      z.object({ how: z.literal('lapsed') }),
    ])
    .exactOptional(),
});
/** The lease ends soon, or has ended. */
export type LeaseNotice = Readonly<z.infer<typeof leaseNotice>>;

export const storedNotice = z.discriminatedUnion('event', [
  storedIncident,
  leaseNotice,
  z.object({ ...ofNotice, event: z.literal('ready'), run: z.string() }),
  z.object({ ...ofNotice, event: z.literal('failed'), run: z.string(), runbook: z.string() }),
  /** Without a run, the cluster was deleted outside llmgw. */
  z.object({ ...ofNotice, event: z.literal('gone'), run: z.string().optional() }),
]);
export type Notice = Readonly<z.infer<typeof storedNotice>>;

/** It cannot change any more, so no further channel needs it. */
export function isOver(notice: Notice): boolean {
  return 'over' in notice && notice.over !== undefined;
}
