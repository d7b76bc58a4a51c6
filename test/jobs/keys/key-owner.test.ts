// Key ownership by Slack user: a shared email gives no access.
import type { Profile } from '../../../src/kernel/profile.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CapabilityContext, runJob } from '../../../jobs/index.ts';
import { meetPeople, type People, type Said } from '../support/people.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let people: People;
beforeAll(async () => {
  world = await startWorld({ speed: 2000 });
  people = meetPeople(world);
  await world.provision();
}, 180_000);
afterAll(() => world?.stop());

/** Current Slack profiles, by user. */
const profiles: Record<string, Partial<Profile> & { readonly email: string }> = {
  U0ALICE: { email: 'Alice@Example.com', team: 'T0SANDBOX' },
  U0MALLORY: { email: 'alice@example.com', team: 'T0SANDBOX' },
  U0HAND: { email: 'hand@example.com', team: 'T0SANDBOX' },
  U0MOVER: { email: 'old@example.com', team: 'T0SANDBOX' },
  U0NEXT: { email: 'OLD@example.com', team: 'T0SANDBOX' },
};

function context(): Partial<CapabilityContext> {
  const { notifier } = people.context();
  const profile = (user: string): Promise<Profile> =>
    Promise.resolve({
      firstName: 'First',
      lastName: 'Last',
      user,
      ...(profiles[user] ?? expect.fail()),
    });
  return { notifier: { ...notifier, profile } };
}

const apigee = () => world.clients.apigee(world.gateway);
const key = (
  ...[user, action = 'issue', payload = {}]: [
    user: string,
    action?: Parameters<People['key']>[1],
    payload?: Parameters<People['key']>[3],
  ]
): Promise<Said> => people.key(user, action, context(), payload);
const refused = (code: string, next: RegExp) => ({
  what: 'failed',
  fault: { kind: 'refused', code, next: expect.stringMatching(next) },
});
const byOperator = (owner: string) => ({
  owner,
  to: {
    user: 'U0OLIVIA',
    channel: 'C0GATEWAY',
    job: `key-for-${owner.toLowerCase()}-${Math.random().toString(36).slice(2)}`,
  },
});

test('the developer names its Slack user and their team', async () => {
  expect(await key('U0ALICE')).toMatchObject({ what: 'revealed' });
  const developer = await apigee().getDeveloper('alice@example.com');
  expect(developer?.attributes).toEqual(
    expect.arrayContaining([
      { name: 'slack-user', value: 'U0ALICE' },
      { name: 'slack-team', value: 'T0SANDBOX' },
    ]),
  );
});

test.each(['issue', 'reveal', 'list', 'rotate', 'revoke'] as const)(
  'another user with the same email is refused: key %s',
  async (action) => {
    expect(await key('U0MALLORY', action)).toMatchObject(
      refused('developer_taken', /set the attribute `slack-user`/),
    );
    const app = await apigee().getApp({ email: 'alice@example.com', app: 'llmgw-default' });
    expect(app?.credentials).toHaveLength(1);
  },
);

test('another user with the same email is refused an ask, even while the key is cached', async () => {
  expect(await people.ask('U0ALICE', 'Hello?', context())).toMatchObject({ what: 'answered' });
  expect(await people.ask('U0MALLORY', 'Hello?', context())).toMatchObject(
    refused('developer_taken', /slack-user/),
  );
});

test('another user with the same email sees neither keys nor usage on Home', async () => {
  const to = { user: 'U0MALLORY', channel: 'U0MALLORY', job: 'home' };
  await runJob('home', { to }, people.context(context()));
  const shown = people.said.findLast((one) => one.what === 'home');
  expect(shown).toMatchObject({
    home: {
      gateways: [
        {
          apps: { fault: { code: 'developer_taken' } },
          quota: { fault: { code: 'developer_taken' } },
        },
      ],
    },
  });
});

test('an operator cannot reach another person’s keys by a shared email', async () => {
  expect(
    await key('U0OLIVIA', 'revoke', { ...byOperator('U0MALLORY'), isConfirmed: true }),
  ).toMatchObject(refused('developer_taken', /to `U0MALLORY`/));
  expect(await key('U0ALICE', 'reveal')).toMatchObject({ what: 'revealed' });
});

test('the same user id of another workspace is another user', async () => {
  profiles['U0ALICE'] = { email: 'alice@example.com', team: 'T0PARTNER' };
  expect(await key('U0ALICE', 'reveal')).toMatchObject(refused('developer_taken', /slack-user/));
  profiles['U0ALICE'] = { email: 'alice@example.com', team: 'T0SANDBOX' };
});

test('a developer created by hand waits for an operator to assign it to its person', async () => {
  await apigee().createDeveloper({
    email: 'hand@example.com',
    firstName: 'By',
    lastName: 'Hand',
    userName: 'hand',
    attributes: [{ name: 'cost-centre', value: '7' }],
  });
  expect(await key('U0HAND')).toMatchObject(refused('developer_unowned', /key issue @you/));
  expect(await key('U0OLIVIA', 'list', byOperator('U0HAND'))).toMatchObject(
    refused('developer_unowned', /key issue @them/),
  );
  expect(await key('U0OLIVIA', 'issue', byOperator('U0HAND'))).toMatchObject({
    what: 'key',
    news: { kind: 'issued_for' },
  });
  expect((await apigee().getDeveloper('hand@example.com'))?.attributes).toEqual(
    expect.arrayContaining([
      { name: 'cost-centre', value: '7' },
      { name: 'slack-user', value: 'U0HAND' },
    ]),
  );
  expect(await key('U0HAND', 'reveal')).toMatchObject({ what: 'revealed' });
});

test('a person whose email changes keeps their keys, and the next user of the address gets none', async () => {
  const first = await key('U0MOVER');
  profiles['U0MOVER'] = { email: 'new@example.com', team: 'T0SANDBOX' };
  const second = await key('U0MOVER', 'reveal');
  const secretOf = (said: Said) => ('reveal' in said ? said.reveal.consumerKey : expect.fail());
  expect(secretOf(second)).toBe(secretOf(first));
  expect(await key('U0NEXT')).toMatchObject(refused('developer_taken', /slack-user/));
});

test('an app name with blanks is quoted in the command that creates the app', async () => {
  expect(await key('U0ALICE', 'reveal', { app: 'my app' })).toMatchObject({
    what: 'failed',
    fault: { code: 'unknown_app', next: expect.stringContaining('key --app "my app"`') as string },
  });
});

test('one of two simultaneous users with the same email gets a key, and the other is refused', async () => {
  const [one, other] = ['U0TWIN', 'U0TWAIN'];
  for (const user of [one, other])
    profiles[user] = { email: 'twin@example.com', team: 'T0SANDBOX' };
  await Promise.all([key(one), key(other)]);
  const app = await apigee().getApp({ email: 'twin@example.com', app: 'llmgw-default' });
  expect(app?.credentials).toHaveLength(1);
  const shown = await Promise.all([key(one, 'reveal'), key(other, 'reveal')]);
  expect(shown.map(({ what }) => what).toSorted()).toEqual(['failed', 'revealed']);
  const loser = shown.find(({ what }) => what === 'failed');
  expect(loser).toMatchObject(refused('developer_taken', /slack-user/));
});
