// Permissions by user, user group and channel, and the text of a refusal.
import { expect, test } from 'vitest';
import { authorize, mayDecide } from '../../src/slack/people/authorize.ts';

const none = new Set<string>();
const who = (user: string, channel = 'C1', groups: ReadonlySet<string> | undefined = none) => ({
  user,
  channel,
  groups,
});

test.each([
  ['anyone where the permission is anyone', 'anyone', [], who('U9'), true],
  ['an operator by user', 'operator', ['U1'], who('U1'), true],
  ['an operator by user group', 'operator', ['S1'], who('U2', 'C1', new Set(['S1'])), true],
  ['an operator by channel', 'operator', ['C7'], who('U2', 'C7'), true],
  ['another person as operator', 'operator', ['U1', 'S1', 'C7'], who('U2'), false],
  ['any person when no operator is named', 'operator', [], who('U2'), false],
  [
    'any person when the user group cannot be read',
    'operator',
    ['S1'],
    { ...who('U2'), groups: undefined },
    false,
  ],
] as const)('authorization of %s', (_what, permission, operators, standing, allowed) => {
  expect(authorize(permission, operators, standing).allowed).toBe(allowed);
});

test('a refusal names the operators and the channel, and mentions no user group', () => {
  const verdict = authorize('operator', ['U1', 'S1', 'C7'], who('U2'));
  const sentence = verdict.allowed ? '' : verdict.sentence;
  expect(sentence).toContain('<@U1>');
  expect(sentence).toContain('<#C7>');
  expect(sentence).not.toContain('S1');
});

test('a refusal names the user group that could not be read', () => {
  const verdict = authorize('operator', ['S1'], { ...who('U2'), groups: undefined });
  expect(verdict).toMatchObject({
    sentence: expect.stringContaining("can't list the operators' user group"),
  });
});

test.each([
  ['the starter', 'U2', true],
  ['an operator', 'U1', true],
  ['another person', 'U3', false],
])('the right to decide on a run: %s', (_who, user, allowed) => {
  expect(mayDecide('U2', ['U1'], who(user)).allowed).toBe(allowed);
});
