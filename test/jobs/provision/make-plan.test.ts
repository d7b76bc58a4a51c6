// Plans: actions, hash, differences, cost and message.
import { describe, expect, it, test } from 'vitest';
import { hourlyCost } from '../../../jobs/provision/cost.ts';
import { type PlanOf, differences, makePlan } from '../../../jobs/provision/make-plan.ts';
import { fail } from '../../../src/kernel/errors.ts';
import type { Needed } from '../../../src/engine/step.ts';
import type { Found, CheckRow } from '../../../src/engine/check-all.ts';
import { planMessage } from '../../../jobs/provision/plan-view.ts';
import { gatewayConfig } from './gateway-config.ts';
import { spoken } from '../../../src/slack/messages/mrkdwn.ts';

const row = (id: string, needs: string[], found: Found, expectMs = 1_000): CheckRow => ({
  id,
  title: `Do ${id}`,
  needs,
  kind: id.startsWith('verify') ? 'verify' : 'make',
  expectMs,
  found,
});
const done: Found = { state: 'done' };
const needed = (reason = 'it is missing', more: Partial<Needed> = {}): Found => ({
  state: 'needed',
  why: 'absent',
  reason,
  ...more,
});
const fault = fail('refused', 'quota_exceeded', 'There is too little quota', {
  next: 'Ask for more.',
});
const refused: Found = { state: 'refused', why: fault.fault };
const unread = (kind: 'permanent' | 'transient'): Found => ({
  state: 'unread',
  why: fail(kind, 'unavailable', 'It cannot be read').fault,
});

const planOf = (rows: CheckRow[], more: Partial<PlanOf> = {}) =>
  makePlan({ gateway: gatewayConfig, options: {}, rows, activeRun: undefined, ...more });

test.each<[string, Found, object]>([
  ['in sync', done, { action: 'leave' }],
  ['missing', needed(), { action: 'create', why: 'it is missing' }],
  ['drifted', { state: 'drifted', what: ['a', 'b'] }, { action: 'change', why: 'a, b' }],
  ['blocked', refused, { action: 'blocked', why: fault.message, next: 'Ask for more.' }],
  ['unreadable', unread('permanent'), { action: 'unread', why: 'It cannot be read' }],
])('the action for a step that is %s', (_name, found, step) => {
  expect(planOf([row('make-it', [], found)]).steps[0]).toMatchObject(step);
});

it('counts a due proof as a proof', () => {
  const { steps } = planOf([row('verify-it', [], needed())]);
  expect(steps[0]).toMatchObject({ action: 'prove' });
});

describe('an unreadable step', () => {
  it('is planned as a creation while one of its needs is missing', () => {
    const { steps, verdict } = planOf([
      row('enable', [], needed()),
      row('create', ['enable'], unread('permanent')),
    ]);
    expect(steps[1]).toMatchObject({ action: 'create', why: expect.stringContaining('Do enable') });
    expect(verdict).toBe('ready');
  });

  it('is an obstacle during an outage of its service, whatever else is missing', () => {
    const { verdict } = planOf([
      row('enable', [], needed()),
      row('create', ['enable'], unread('transient')),
    ]);
    expect(verdict).toBe('blocked');
  });
});

it('names a denial with its fix, even when an earlier step is unreachable or not done', () => {
  const why = fail('permanent', 'denied', 'HTTP 403', { next: 'Give it the role.' }).fault;
  const denied: Found = { state: 'unread', why };
  for (const before of [unread('transient'), needed()]) {
    const { steps, verdict } = planOf([row('a', [], before), row('b', ['a'], denied)]);
    expect(verdict).toBe('blocked');
    expect(steps[1]).toMatchObject({ action: 'unread', why: 'HTTP 403', next: why.next });
  }
});

it('names an obstacle once, at its first step', () => {
  const { steps, verdict } = planOf([
    row('check', [], refused),
    row('create', ['check'], refused),
    row('other', [], refused),
  ]);
  expect(steps.map(({ action }) => action)).toEqual(['blocked', 'create', 'blocked']);
  expect(verdict).toBe('blocked');
});

test.each<[string, Found[], string]>([
  ['everything is in sync', [done, done], 'in_sync'],
  ['something is missing', [done, needed()], 'ready'],
  ['something is an obstacle', [needed(), refused], 'blocked'],
])('the verdict when %s', (_name, found, verdict) => {
  expect(planOf(found.map((one, index) => row(`s${index}`, [], one))).verdict).toBe(verdict);
});

it('expects the time of the longest path of steps that are not in sync', () => {
  const rows = [
    row('a', [], done, 60_000),
    row('b', ['a'], needed(), 5_000),
    row('c', ['a'], needed(), 7_000),
    row('d', ['b'], needed(), 3_000),
  ];
  expect(planOf(rows).expectedMs).toBe(8_000);
});

describe('the hash', () => {
  const rows = [
    row('make-it', [], needed('2 of 3 are ready')),
    row('verify-it', [], needed('503')),
  ];
  const { hash } = planOf(rows);
  it.each<[string, CheckRow[], Partial<PlanOf>]>([
    ['the same observation twice', rows, {}],
    ['a new ready pod', [row('make-it', [], needed('3 of 3 are ready')), ...rows.slice(1)], {}],
    ['another answer to a proof', [...rows.slice(0, 1), row('verify-it', [], needed('404'))], {}],
    ['a run that holds the gateway', rows, { activeRun: 'provision-default-1' }],
  ])('holds over %s', (_name, given, more) => {
    expect(planOf(given, more).hash).toBe(hash);
  });
  it.each<[string, CheckRow[], Partial<PlanOf>]>([
    ['something that was created in between', [row('make-it', [], done), ...rows.slice(1)], {}],
    [
      'another reason',
      [row('make-it', [], needed('it is broken', { why: 'not_ready' })), ...rows.slice(1)],
      {},
    ],
    [
      'another missing resource',
      [row('make-it', [], needed('it is missing', { of: ['b'] })), ...rows.slice(1)],
      {},
    ],
    ['another option', rows, { options: { guarded: true } }],
    ['another configuration', rows, { gateway: { ...gatewayConfig, nodeCount: 4 } }],
  ])('does not hold over %s', (_name, given, more) => {
    expect(planOf(given, more).hash).not.toBe(hash);
  });
});

it('lists the differences of two plans by setting and by step', () => {
  const before = planOf([row('a', [], needed()), row('b', [], needed('x')), row('c', [], done)]);
  const after = planOf([row('a', [], done), row('b', [], needed('y')), row('d', [], done)], {
    gateway: { ...gatewayConfig, model: 'org/other' },
  });
  expect(differences(before, after)).toEqual([
    `Model: ${gatewayConfig.model} → org/other`,
    'Do a: create → unchanged',
    'Do b: x → y',
    'Do d: new',
    'Do c: removed',
  ]);
  expect(differences(before, before)).toEqual([]);
});

describe('the cost', () => {
  it('adds nodes, disks, cluster, load balancer and Apigee from the dated table', () => {
    const cost = hourlyCost({ ...gatewayConfig, machineType: 'c2-standard-16', nodeCount: 3 });
    // The price of the whole machine in Google's catalogue.
    expect(cost.lines[0]?.usd).toBeCloseTo(3 * 0.83523, 4);
    expect(cost.usd).toBeCloseTo(
      cost.lines.reduce((sum, { usd }) => sum + usd, 0),
      6,
    );
    expect(cost.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(cost.source).toMatch(/^https:\/\/cloud\.google\.com\//);
  });

  it('marks an unverified price', () => {
    const cost = hourlyCost({ ...gatewayConfig, machineType: 'c3-standard-8', nodeCount: 1 });
    expect(cost.lines[0]?.what).toBe('1 × c3-standard-8 (unverified price)');
  });

  it('shows that the price of a machine is unknown', () => {
    const cost = hourlyCost({ ...gatewayConfig, machineType: 'z9-standard-8', nodeCount: 2 });
    expect(cost.unpriced).toContain('2 × z9-standard-8');
    expect(cost.lines.map(({ what }) => what)).not.toContain('2 × z9-standard-8');
  });
});

describe('the plan message', () => {
  const show = (found: Found[], asks = true) =>
    planMessage(
      planOf(found.map((one, index) => row(`s${index}`, [], one))),
      { asks },
      'provision-default-1',
    );
  it.each<[string, Found[], boolean, string, boolean]>([
    ['a question', [needed()], true, 'asked', true],
    ['a plan without a question', [needed()], false, 'ok', false],
    ['an obstacle', [needed(), refused], true, 'refused', false],
    ['an obstacle without a question', [refused], false, 'ok', false],
    ['nothing to do', [done], true, 'ok', false],
  ])('%s', (_name, found, asks, status, hasButton) => {
    const message = show(found, asks);
    expect(message.mark).toEqual({ kind: 'outcome', status, job: 'provision-default-1' });
    expect(JSON.stringify(message.blocks).includes('plan.approve')).toBe(hasButton);
  });

  it('groups steps by action and counts the unchanged ones', () => {
    const message = show([needed(), done, { state: 'drifted', what: ['a', 'b'] }, done]);
    const blocks = JSON.stringify(message.blocks);
    expect(blocks).toContain('*1 to create, 1 to change, 2 unchanged*');
    expect(blocks).toContain('*Create (1)*\\n• Do s0: it is missing');
    expect(blocks).toContain('*Change (1)*\\n• Do s2: a, b');
    expect(blocks).toContain('*Unchanged (2)*');
    expect(blocks).not.toMatch(/Do s1|Do s3/);
  });

  it.each([
    [[needed(), done], true],
    [[needed(), refused], true],
    [[done], false],
  ] as const)('has spoken text without emoji codes and formatting marks', (found, asks) => {
    expect(spoken(show([...found], asks).text)).not.toMatch(/:[a-z_]+:|[*`]/);
  });

  it('names the obstacle and its fix in the spoken text', () => {
    expect(show([needed(), refused]).text).toContain('There is too little quota. Ask for more.');
  });
});
