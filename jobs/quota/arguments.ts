// Arguments of the `quota` command: show, set or request.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { quotaPattern } from '../../src/gateway/options.ts';
import { type LlmgwError, fail } from '../../src/kernel/errors.ts';
import { nearest, type TypedCommand } from '../../src/slack/dispatch/parse-command.ts';
import { typedWord } from '../../src/kernel/text.ts';

export type QuotaArguments =
  | {
      readonly verb: 'show';
      /** Slack id of another person. */
      readonly person: string | undefined;
      readonly app: string | undefined;
      readonly isForAll: boolean;
      readonly span: 'day' | 'week';
    }
  | { readonly verb: 'set'; readonly value: string | undefined }
  | { readonly verb: 'request'; readonly value: string | undefined; readonly why: string };

const verbs = ['set', 'request'] as const;
const isVerb = (word: string): word is (typeof verbs)[number] =>
  (verbs as readonly string[]).includes(word);

const forms = {
  show: guidance`${slashCommand('quota')}, with \`--app NAME\` for one app and \`--week\` for the last seven days; operators can also use ${slashCommand('quota @PERSON')} and ${slashCommand('quota --all')}`,
  set: slashCommand('quota set 20/minute'),
  request: guidance`${slashCommand('quota request 20/minute')}, followed by the reason`,
} as const;

/** @throws invalid/bad_words */
export function readQuotaArguments({ words, options }: TypedCommand): QuotaArguments {
  const [first, value, ...rest] = words;
  const verb = first?.toLowerCase() ?? '';
  if (!isVerb(verb)) return readShow(words, options);
  const stray = ['app', 'all', 'week', 'day'].find((name) => options[name] !== undefined);
  if (stray !== undefined) {
    throw badWords(`\`--${stray}\` doesn't apply to \`quota ${verb}\`.`, verb);
  }
  if (verb === 'request') {
    if (options['yes'] === true) {
      throw badWords("`--yes` doesn't apply to `quota request`.", verb);
    }
    const { limit, behind } = splitLimit(words.slice(1));
    return { verb, value: limit, why: behind };
  }
  const person = words.find(isPerson);
  if (person !== undefined) throw oneForAll();
  const { limit, behind } = splitLimit([value, ...rest].filter((word) => word !== undefined));
  if (behind !== '') throw badWords(`Unexpected ${typedWord(behind)}.`, verb);
  return { verb, value: limit };
}

/** A limit may be typed in several words: `20 per minute`. */
function splitLimit(words: readonly string[]): { limit: string | undefined; behind: string } {
  const length = [3, 2].find(
    (count) => words.length >= count && 'words' in readLimit(words.slice(0, count).join(' ')),
  );
  const [limit] = length === undefined ? words : [words.slice(0, length).join(' ')];
  return { limit, behind: words.slice(length ?? 1).join(' ') };
}

function readShow(words: readonly string[], options: TypedCommand['options']): QuotaArguments {
  const [person, ...more] = words.filter(isPerson);
  const [other, ...others] = words.filter((word) => !isPerson(word));
  if (options['yes'] === true) throw badWords('`--yes` applies to `quota set` only.', 'set');
  if (other !== undefined) throw unknownWord(other, others, person);
  if (more.length > 0) throw badWords('Name one person at a time.', 'show');
  const id = person?.slice(1);
  if (id !== undefined && !/^[UW][A-Z0-9]{2,}$/.test(id)) {
    throw fail('invalid', 'bad_words', `Unknown person ${typedWord(person ?? '')}.`, {
      next: 'Type @ and pick the person from the list.',
    });
  }
  const app = typeof options['app'] === 'string' ? options['app'] : undefined;
  const isForAll = options['all'] === true;
  if (isForAll && (id !== undefined || app !== undefined)) {
    throw badWords('`--all` can’t be combined with a person or an app.', 'show');
  }
  if (options['day'] === true && options['week'] === true) {
    throw badWords('Use either `--day` or `--week`.', 'show');
  }
  return {
    verb: 'show',
    person: id,
    app,
    isForAll,
    span: options['week'] === true ? 'week' : 'day',
  };
}

function unknownWord(
  word: string,
  others: readonly string[],
  person: string | undefined,
): LlmgwError {
  const { limit = '', behind } = splitLimit([word, ...others]);
  const read = readLimit(limit);
  const swapped = behind.toLowerCase().split(' ').find(isVerb);
  const isAboutPerson =
    person !== undefined && (swapped !== undefined || isVerb(word.toLowerCase()));
  if (isAboutPerson) return oneForAll();
  const given = 'words' in read ? read.words : undefined;
  if (given !== undefined) {
    const meant = verbs.filter((verb) => swapped === undefined || verb === swapped);
    const next = meant
      .map((verb) => guidance`${slashCommand(`quota ${verb} ${given}`)}${who[verb]}`)
      .reduce((all, one) => guidance`${all} or ${one}`);
    const problem =
      swapped === undefined
        ? `${typedWord(word)} is a limit. Set it or request it?`
        : `\`${swapped}\` comes before the limit.`;
    return fail('invalid', 'bad_words', problem, { next: guidance`Did you mean ${next}?` });
  }
  const close = nearest(word.toLowerCase(), verbs);
  const meant = verbs.find((verb) => verb === close);
  const problem = `Unexpected ${typedWord(word)}.`;
  if (meant === undefined) return badWords(problem, 'show');
  return fail('invalid', 'bad_words', problem, {
    next: guidance`Did you mean ${forms[meant]}?`,
  });
}

const who = { set: ' (operators)', request: ' (needs an approval)' } as const;

const oneForAll = (): LlmgwError =>
  badWords('A quota applies to every app on the gateway, not to one person.', 'set');

function badWords(problem: string, form: keyof typeof forms): LlmgwError {
  return fail('invalid', 'bad_words', problem, { next: guidance`Use ${forms[form]}.` });
}

const isPerson = (word: string): boolean => word.startsWith('@');

/** `words` in the form of a run option. */
export type Limit =
  { readonly words: string } | { readonly problem: string; readonly next: string };

const units: Readonly<Record<string, string>> = {
  min: 'minute',
  hr: 'hour',
  h: 'hour',
  d: 'day',
};

/** `20/minute`, also as `20 per minute` or `20/min`; but `20/m` might be a month. */
export function readLimit(given: string): Limit {
  const [, number = '', unit = ''] =
    /^(\d+)\s*(?:requests?\s*)?(?:\/|per\b|an?\b)\s*([a-z]+)$/i.exec(given.trim()) ?? [];
  const singular = unit.toLowerCase().replace(/s$/, '');
  const words = `${number}/${units[singular] ?? singular}`;
  if (quotaPattern.test(words)) return { words };
  return {
    problem: 'Write a quota as `20/minute`, `500/hour` or `2000/day`.',
    next: 'Use a whole number, a slash, and minute, hour, day or month.',
  };
}
