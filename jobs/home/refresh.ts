// Updates of open Homes after actions and state changes.
import type { ApprovalNotifier } from '../approvals/index.ts';
import type { homePayload } from './payload.ts';
import type { QuotaNotifier } from '../quota/notifier.ts';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Job } from '../../src/job/job.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { HomeStore } from './store.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { Queues } from '../../src/engine/queue.ts';
import { isBeginning, isEnd } from '../../src/engine/listeners.ts';
import type { RunListener } from '../../src/engine/worker-options.ts';

/** One update per person at a time, and at most one more that waits. */
export async function latestHome(queues: Pick<Queues, 'enqueue'>, user: string): Promise<void> {
  const by = { user, channel: user };
  const id = `home-${randomUUID()}`;
  const payload: z.input<typeof homePayload> = { to: { ...by, job: id } };
  await queues.enqueue('home', payload, id, by, { latestOf: `home:${user}` });
}

export interface HomeRefresh {
  /** Never rejects. */
  ofEverybody(): Promise<void>;
  /** After a job that changes what its owner sees on Home. Never rejects. */
  after(job: Pick<Job, 'homesTouched'>, payload: unknown): Promise<void>;
}

export interface HomeRefreshParts {
  readonly homes: HomeStore;
  readonly queues: Pick<Queues, 'enqueue'>;
  readonly log: Log;
}

/** Others see the change when they open their Home again. */
const mostViewers = 100;

export function createHomeRefresh({ homes, queues, log }: HomeRefreshParts): HomeRefresh {
  const orLog = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warn({ err: toFault(error) }, 'home refresh failed');
    }
  };
  const ofEverybody = (): Promise<void> =>
    orLog(async () => {
      for (const user of (await homes.viewers()).slice(0, mostViewers)) {
        await latestHome(queues, user);
      }
    });
  return {
    ofEverybody,
    after: (job, payload) =>
      orLog(async () => {
        const touched = job.homesTouched(payload);
        if (touched === 'everybody') return ofEverybody();
        for (const user of touched) {
          if (await homes.isViewer(user)) await latestHome(queues, user);
        }
      }),
  };
}

/** A run's start and end update every open Home; the card comes first, as Home links it. */
export function homeFollower(refresh: HomeRefresh): RunListener {
  return {
    wants: (event) => isBeginning(event) || isEnd(event),
    followsCard: true,
    onRunEvent: () => refresh.ofEverybody(),
  };
}

/** Operators' Homes show pending approvals. */
export function refreshedByQuestions<A extends ApprovalNotifier & QuotaNotifier>(
  notifier: A,
  refresh: HomeRefresh,
): A {
  return {
    ...notifier,
    askApproval: async (request, waiting) => {
      const asked = await notifier.askApproval(request, waiting);
      await refresh.ofEverybody();
      return asked;
    },
    askForQuota: async (request) => {
      const asked = await notifier.askForQuota(request);
      await refresh.ofEverybody();
      return asked;
    },
    closeQuestion: async (id, how) => {
      const closed = await notifier.closeQuestion(id, how);
      await refresh.ofEverybody();
      return closed;
    },
  };
}
