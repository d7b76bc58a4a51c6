// People in a sandbox who request and approve runs, and control over request expiry.
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { Screen, ScreenMessage } from '../../../sandbox/slack/screen.ts';
import type { SlackState } from '../../../sandbox/slack/state.ts';
import type { AuditEntry } from '../../../src/kernel/audit-trail.ts';
import type { TestSandbox } from '../../support/sandbox.ts';

export interface People {
  act(path: string, body: object): Promise<void>;
  command(as: string, text: string): Promise<void>;
  press(as: string, label: string, message: Pick<ScreenMessage, 'ts'>): Promise<void>;
  /** Fills and submits the open modal of the person. */
  submit(as: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** The content of the person's modal once its text matches; closes it then. */
  modalOf(as: string, words: RegExp): Promise<string>;
  /** Waits for the newest message, public or ephemeral, that the person sees and that matches. */
  sees(as: string, words: RegExp): Promise<ScreenMessage>;
  /** The person's messages, newest last. */
  screen(as: string): Promise<readonly ScreenMessage[]>;
  /** Kills the bot process, and waits for its successor. */
  killBot(): Promise<void>;
  /** The stored audit trail. */
  trail(this: void): Promise<readonly AuditEntry[]>;
  /** Ids of all runs ever started. */
  runs(): Promise<readonly string[]>;
  /** Ids of the approval requests in Redis. */
  questions(): Promise<readonly string[]>;
  /** Waits for the person's copy of an undecided approval request whose text matches. */
  question(as: string, words: RegExp): Promise<ScreenMessage>;
  /** Ids of the undecided ones. */
  waiting(): Promise<readonly string[]>;
  /** Makes the request expired from now on. */
  runOut(question: string): Promise<void>;
  /** Makes the jobs for the request's expiry due now. */
  endDue(question: string): Promise<void>;
  readonly userGroups: SlackState['userGroups'];
  stop(): Promise<void>;
}

export function meetPeople(sandbox: TestSandbox): People {
  const redis = new Redis(sandbox.environment['REDIS_URL'] ?? '', { maxRetriesPerRequest: null });
  const news = new Queue('job-approval-news', { connection: redis, prefix: 'llmgw:queue' });
  const act: People['act'] = async (path, body) => {
    const response = await fetch(`${sandbox.url}/_sandbox/slack/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.ok, await response.clone().text()).toBe(true);
  };
  const whole = (as: string) => sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}`);
  const screen = async (as: string) => (await whole(as)).messages;
  const waiting = () => redis.zrange('llmgw:approvals:waiting', '0', '-1');
  const slack = sandbox.context.state('slack', (): SlackState => expect.fail());
  return {
    act,
    command: (as, text) => act('command', { as, channel: 'C0GATEWAY', text: `/llmgw ${text}` }),
    press: (as, label, { ts }) => act('click', { as, label, confirmed: true, messageTs: ts }),
    submit: async (as, values) => {
      await expect.poll(async () => (await whole(as)).modals, { timeout: 30_000 }).toHaveLength(1);
      await act('submit', { as, values });
    },
    modalOf: async (as, words) => {
      const top = async () => (await whole(as)).modals.at(-1);
      const text = async () => JSON.stringify((await top())?.blocks ?? '');
      await expect.poll(text, { timeout: 60_000 }).toMatch(words);
      const shown = await text();
      await act('close-view', { as, viewId: (await top())?.id });
      return shown;
    },
    sees: async (as, words) => {
      const find = async () =>
        (await screen(as)).findLast((one) => words.test(JSON.stringify(one)));
      await expect.poll(find, { timeout: 60_000 }).toBeDefined();
      return (await find()) ?? expect.fail();
    },
    question: async (as, words) => {
      const find = async () => {
        const ids = await waiting();
        return (await screen(as)).findLast((one) => {
          const shown = JSON.stringify(one);
          return words.test(shown) && ids.some((id) => shown.includes(`"value":"${id}"`));
        });
      };
      await expect.poll(find, { timeout: 60_000 }).toBeDefined();
      return (await find()) ?? expect.fail();
    },
    screen,
    killBot: async () => {
      const health = `http://127.0.0.1:${sandbox.environment['HEALTH_PORT'] ?? ''}/healthz`;
      const isUp = () =>
        fetch(health).then(
          ({ ok }) => ok,
          () => false,
        );
      await fetch(`${sandbox.url}/_sandbox/processes/bot/kill`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      await expect.poll(isUp).toBe(false);
      await expect.poll(isUp, { timeout: 60_000 }).toBe(true);
    },
    trail: async () =>
      (await redis.xrange('llmgw:audit', '-', '+')).map(
        ([, fields]) => JSON.parse(fields[1] ?? '') as AuditEntry,
      ),
    runs: async () =>
      (await redis.keys('llmgw:run:*:journal')).map((key) => key.split(':')[2] ?? ''),
    questions: async () =>
      (await redis.keys('llmgw:approval:*'))
        .filter((key) => !key.endsWith(':places'))
        .map((key) => key.slice('llmgw:approval:'.length)),
    waiting,
    runOut: async (question) =>
      void (await redis.hset(`llmgw:approval:${question}`, 'until', Date.now() - 1)),
    endDue: async (question) => {
      const waiting = await news.getDelayed();
      const due = waiting.filter(({ id }) => id?.startsWith(`${question}-over-`) === true);
      expect(due).toHaveLength(1);
      await due[0]?.promote();
    },
    userGroups: slack.userGroups,
    stop: async () => {
      await news.close();
      await redis.quit();
    },
  };
}
