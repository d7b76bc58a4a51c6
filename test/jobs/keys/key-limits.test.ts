// Limits on new keys: operator approval after a revocation, and few apps per person.
import { afterAll, beforeAll, expect, test } from 'vitest';
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

const apigee = () => world.clients.apigee(world.gateway);
const appsOf = async (email: string): Promise<string[]> =>
  (await apigee().listApps(email)).map(({ name }) => name);
const issue = (user: string, app?: string): Promise<Said> =>
  people.key(user, 'issue', {}, app === undefined ? {} : { app });
const issueFor = (owner: string, app?: string): Promise<Said> =>
  people.key('U0OLIVIA', 'issue', {}, { owner, ...(app === undefined ? {} : { app }) });
const revoke = (by: string, owner: string, app?: string): Promise<Said> =>
  people.key(
    by,
    'revoke',
    {},
    {
      owner,
      isConfirmed: true,
      ...(app === undefined ? {} : { app }),
    },
  );
const refused = (code: string, next: RegExp) => ({
  what: 'failed',
  fault: { kind: 'refused', code, next: expect.stringMatching(next) },
});
const noAccess = refused('key_not_approved', /operator[^]*`\/llmgw key @you`/);

test.each([
  ['another app', 'U0ALICE', undefined, (user: string) => issue(user, 'again')],
  [
    'the same app under its full name',
    'U0BOB',
    'ci',
    (user: string) => issue(user, 'llmgw-default.ci'),
  ],
])(
  'a person whose key an operator revoked gets none for %s, until an operator issues one',
  async (_what, user, app, tries) => {
    expect(await issue(user, app)).toMatchObject({ what: 'revealed' });
    await revoke('U0OLIVIA', user, app);
    const email = user === 'U0ALICE' ? 'alice@example.com' : 'bob@example.com';
    const before = await appsOf(email);
    const said = await tries(user);
    expect(said).toMatchObject({ what: 'failed', fault: { code: 'key_not_approved' } });
    expect(await issue(user, 'third')).toMatchObject(noAccess);
    expect(await appsOf(email)).toEqual(before);
    expect(await issueFor(user, app)).toMatchObject({ what: 'key', news: { kind: 'issued_for' } });
    expect(await issue(user, 'third')).toMatchObject({ what: 'revealed' });
  },
);

test('an operator who issues a key in another app also restores the access', async () => {
  await issue('U0CAROL');
  await revoke('U0OLIVIA', 'U0CAROL');
  await issueFor('U0CAROL', 'other');
  expect(await issue('U0CAROL')).toMatchObject({ what: 'revealed' });
});

test('a key of another app is not rotated while the access is revoked', async () => {
  await issue('U0DAVE');
  await issue('U0DAVE', 'ci');
  await revoke('U0OLIVIA', 'U0DAVE');
  expect(await people.key('U0DAVE', 'rotate', {}, { app: 'ci' })).toMatchObject(noAccess);
  expect(await people.key('U0OLIVIA', 'rotate', {}, { owner: 'U0DAVE', app: 'ci' })).toMatchObject({
    what: 'key',
    news: { kind: 'rotated' },
  });
});

test('a key that its owner revoked is replaced without an operator', async () => {
  await issue('U0ERIN');
  await revoke('U0ERIN', 'U0ERIN');
  expect(await issue('U0ERIN', 'again')).toMatchObject({ what: 'revealed' });
});

test('a person gets keys in three apps, and an operator can issue more', async () => {
  const before = people.said.length;
  for (const app of ['a', 'b', 'c', 'd', 'e', 'f']) await issue('U0FAY', app);
  const whole = people.said.slice(before);
  expect(whole.filter(({ what }) => what === 'revealed')).toHaveLength(3);
  const apps = await appsOf('fay@example.com');
  expect(apps).toHaveLength(3);
  expect(await issue('U0FAY', 'more')).toMatchObject(
    refused('too_many_apps', /`\/llmgw key revoke[^]*operator/),
  );
  // Existing keys are still shown.
  expect(await issue('U0FAY', apps[0])).toMatchObject({ what: 'announced' });
  await revoke('U0FAY', 'U0FAY', apps[0]);
  expect(await issue('U0FAY', 'instead')).toMatchObject({ what: 'revealed' });
  // A renewal would be the fourth active key.
  expect(await issue('U0FAY', apps[0])).toMatchObject(refused('too_many_apps', /revoke/));
  expect(await issueFor('U0FAY', 'more')).toMatchObject({ news: { kind: 'issued_for' } });
});
