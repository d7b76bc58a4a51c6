// Factory of messenger, memory and edit budget over one Redis, for both roles.
import type { Redis } from 'ioredis';
import type { Log } from '../../kernel/log.ts';
import type { Redactor } from '../../kernel/redaction.ts';
import type { SlackApi } from './clients.ts';
import { type CallBudget, createCallBudget } from './call-budget.ts';
import { createEditBudget } from './edit-budget.ts';
import { type Messenger, createMessenger } from './messenger.ts';
import { type Outgoing, createOutgoing } from './outgoing.ts';
import { type SlackMemory, createSlackMemory } from './slack-memory.ts';

export interface MessengerOptions {
  readonly api: SlackApi;
  readonly redis: Redis;
  readonly prefix: string;
  readonly redactor: Redactor;
  /** Factor of Slack's published limits that the app has been granted. */
  readonly limits: number;
  readonly log: Log;
}

export function connectMessenger({ api, redis, prefix, redactor, limits, log }: MessengerOptions): {
  messenger: Messenger;
  memory: SlackMemory;
  outgoing: Outgoing;
  budget: CallBudget;
} {
  const memory = createSlackMemory(redis, prefix, log);
  const edits = createEditBudget(redis, prefix, limits);
  const budget = createCallBudget(redis, prefix, limits);
  const outgoing = createOutgoing(redactor);
  const messenger = createMessenger({
    api,
    outgoing,
    redactor,
    memory,
    budget: edits,
    posts: budget,
  });
  return { messenger, memory, outgoing, budget };
}
