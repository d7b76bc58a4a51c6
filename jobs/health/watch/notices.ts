// What a channel may ask to be told of its gateways, and the notices that it then gets. Slack puts them into words.

import type { Fault } from '../../../src/kernel/errors.ts';
import type { Incident } from '../../../src/gateway/runs.ts';

export const noticeEvents = ['ready', 'failed', 'degraded', 'protection', 'lease', 'gone'] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

interface NoticeBase {
  /** Of [a-z0-9-]. A notice that is told again under the same id changes its message. */
  readonly id: string;
  readonly gateway: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** The gateway's time is nearly up. */
export interface LeaseNotice extends NoticeBase {
  readonly event: 'lease';
  readonly until: number;
  readonly extendMs: number;
  /** The time was up, and this kept the gateway from being torn down. */
  readonly lapsed?: Fault;
  readonly over?:
    | { readonly how: 'extended'; readonly until: number; readonly by: string }
    /** `run` tears the gateway down. */
    | { readonly how: 'ended'; readonly run: string | undefined }
    /** A notice of its own says why the gateway was not torn down. */
    | { readonly how: 'lapsed' };
}

export type Notice =
  | Incident
  | LeaseNotice
  | (NoticeBase & { readonly event: 'ready'; readonly run: string })
  | (NoticeBase & { readonly event: 'failed'; readonly run: string; readonly runbook: string })
  /** Without a run, nobody told llmgw to take it away. */
  | (NoticeBase & { readonly event: 'gone'; readonly run: string | undefined });

/** Nothing more will come of it, so that nobody needs to be told who was not told before. */
export function isOver(notice: Notice): boolean {
  return 'over' in notice && notice.over !== undefined;
}
