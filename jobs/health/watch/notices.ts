// Events that a channel can subscribe to, and their notices.

import type { Fault } from '../../../src/kernel/errors.ts';
import type { Incident } from '../../../src/gateway/runs.ts';

export const noticeEvents = ['ready', 'failed', 'degraded', 'protection', 'lease', 'gone'] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

interface NoticeBase {
  /** Of [a-z0-9-]. The same id edits the same message. */
  readonly id: string;
  readonly gateway: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** The lease ends soon, or has ended. */
export interface LeaseNotice extends NoticeBase {
  readonly event: 'lease';
  readonly until: number;
  readonly extendMs: number;
  /** The fault that prevented the teardown at the lease's end. */
  readonly lapsed?: Fault;
  readonly over?:
    | { readonly how: 'extended'; readonly until: number; readonly by: string }
    /** `run` tears the gateway down. */
    | { readonly how: 'ended'; readonly run: string | undefined }
    /** A separate notice gives the reason for no teardown. */
    | { readonly how: 'lapsed' };
}

export type Notice =
  | Incident
  | LeaseNotice
  | (NoticeBase & { readonly event: 'ready'; readonly run: string })
  | (NoticeBase & { readonly event: 'failed'; readonly run: string; readonly runbook: string })
  /** Without a run, the cluster was deleted outside llmgw. */
  | (NoticeBase & { readonly event: 'gone'; readonly run: string | undefined });

/** It cannot change any more, so no further channel needs it. */
export function isOver(notice: Notice): boolean {
  return 'over' in notice && notice.over !== undefined;
}
