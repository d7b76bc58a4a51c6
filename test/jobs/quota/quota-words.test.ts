// Arguments of the `quota` command and their errors.
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { describe, expect, it } from 'vitest';
import { LlmgwError } from '../../../src/kernel/errors.ts';
import { readLimit, readQuotaArguments } from '../../../jobs/quota/arguments.ts';

const read = (words: string, options: Record<string, string | true> = {}) =>
  readQuotaArguments({
    name: 'quota',
    options,
    words: words === '' ? [] : words.split(' '),
    rest: '',
  });

function refusal(words: string, options: Record<string, string | true> = {}): string {
  try {
    return expect.fail(JSON.stringify(read(words, options)));
  } catch (error) {
    if (!(error instanceof LlmgwError)) throw error;
    expect(error.fault.kind).toBe('invalid');
    return `${error.fault.message} ${guidanceText(error.fault.next ?? expect.fail('no next action'))}`;
  }
}

describe('a limit', () => {
  it.each([
    ['20/minute', '20/minute'],
    ['20 per minute', '20/minute'],
    ['20 requests per hour', '20/hour'],
    ['500/Hours', '500/hour'],
    ['20/min', '20/minute'],
    ['3 a day', '3/day'],
  ])('reads %s', (typed, words) => expect(readLimit(typed)).toEqual({ words }));

  it.each(['', '20', '0/minute', '-5/minute', '1.5/minute', '1e9/minute', '20/m', '20/fortnight'])(
    'refuses "%s"',
    (typed) => expect(readLimit(typed)).toMatchObject({ problem: expect.any(String) }),
  );
});

describe('arguments of quota', () => {
  it('show the quota of the sender, another person, an app, or everybody', () => {
    const own = { verb: 'show', person: undefined, app: undefined, isForAll: false, span: 'day' };
    expect(read('')).toEqual(own);
    expect(read('@U0BOB', { week: true })).toEqual({ ...own, person: 'U0BOB', span: 'week' });
    expect(read('@U0BOB', { app: 'ci' })).toEqual({ ...own, person: 'U0BOB', app: 'ci' });
    expect(read('', { all: true })).toEqual({ ...own, isForAll: true });
  });

  it('request a limit, with the reason as typed', () => {
    expect(read('request 20/minute for the demo')).toEqual({
      verb: 'request',
      value: '20/minute',
      why: 'for the demo',
    });
    expect(read('Request 20 per minute for 3 weeks')).toEqual({
      verb: 'request',
      value: '20 per minute',
      why: 'for 3 weeks',
    });
    expect(read('request')).toEqual({ verb: 'request', value: undefined, why: '' });
  });

  it('set a limit', () => {
    expect(read('set 20/minute')).toEqual({ verb: 'set', value: '20/minute' });
    expect(read('set 20 per hour')).toEqual({ verb: 'set', value: '20 per hour' });
  });

  it.each([
    ['20/minute', {}, /Set it or request it.*`\/llmgw quota set 20\/minute`.*quota request 20/],
    ['20/minute request', {}, /`request` comes before.*`\/llmgw quota request 20\/minute`/],
    ['reqest 20/minute', {}, /Did you mean `\/llmgw quota request 20\/minute`/],
    ['bob', {}, /Unexpected `bob`.*`\/llmgw quota`/],
    ['set 20/minute now', {}, /Unexpected `now`/],
    ['@U0BOB set 20/minute', {}, /applies to every app on the gateway, not to one person/],
    ['set 20/minute @U0BOB', {}, /applies to every app on the gateway, not to one person/],
    ['@bob', {}, /Unknown person `@bob`/],
    ['@U0BOB @U0ALICE', {}, /one person at a time/],
    ['@U0BOB', { all: true }, /can’t be combined with a person or an app/],
    ['', { all: true, app: 'ci' }, /can’t be combined with a person or an app/],
    ['', { day: true, week: true }, /Use either `--day` or `--week`/],
    ['', { yes: true }, /`quota set` only/],
    ['set 20/minute', { week: true }, /`--week` doesn't apply to `quota set`/],
    ['request 20/minute', { app: 'ci' }, /`--app` doesn't apply to `quota request`/],
    ['request 20/minute', { yes: true }, /`--yes` doesn't apply to `quota request`/],
  ] as const)('refuse "%s" with %o', (words, options, says) =>
    expect(refusal(words, options)).toMatch(says),
  );
});
