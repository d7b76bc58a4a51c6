// Conversion of schema errors to Slack's messages, with JSON pointers.
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** One per error: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`. */
export function slackWords(issues: readonly Issue[], input: unknown, root: string): string[] {
  return issues.flatMap((issue) => wordsOfIssue(issue, input, root));
}

function wordsOfIssue(issue: Issue, input: unknown, root: string): string[] {
  const at = (path: readonly PropertyKey[]): string =>
    `[json-pointer:${root}${path.map((each) => `/${String(each)}`).join('')}]`;
  const parent = issue.path.slice(0, -1);
  const last = String(issue.path.at(-1) ?? '');
  switch (issue.code) {
    case 'too_big':
      return [`${tooBig(issue.origin, Number(issue.maximum))} ${at(issue.path)}`];
    case 'too_small':
      return [`${tooSmall(issue.origin, Number(issue.minimum))} ${at(issue.path)}`];
    case 'unrecognized_keys':
      return issue.keys.map((key) => `invalid additional property: ${key} ${at(issue.path)}`);
    case 'invalid_union': {
      const found = valueAt(input, issue.path.at(-1) === 'type' ? parent : issue.path);
      const type = typeof found === 'object' && found !== null && 'type' in found ? found.type : '';
      const holder = issue.path.at(-1) === 'type' ? issue.path : [...issue.path, 'type'];
      return type === ''
        ? [`missing required field: type ${at(holder.slice(0, -1))}`]
        : [`unsupported type: ${String(type)} ${at(holder)}`];
    }
    case 'invalid_type':
      return valueAt(input, issue.path) === undefined
        ? [`missing required field: ${last} ${at(parent)}`]
        : [`must provide ${article(issue.expected)} ${at(issue.path)}`];
    case 'invalid_value':
      return valueAt(input, issue.path) === undefined
        ? [`missing required field: ${last} ${at(parent)}`]
        : [`must be a valid enum value ${at(issue.path)}`];
    case 'custom':
      return [`${issue.message} ${at(issue.path)}`];
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return [`failed to match all allowed schemas ${at(issue.path)}`];
  }
}

function tooBig(origin: string, maximum: number): string {
  if (origin === 'string') return `must be less than ${maximum + 1} characters`;
  if (origin === 'array') return `no more than ${maximum} items allowed`;
  return `must be less than ${maximum + 1}`;
}

function tooSmall(origin: string, minimum: number): string {
  if (origin === 'string') return `must be more than ${minimum - 1} characters`;
  if (origin === 'array') return `no fewer than ${minimum} items allowed`;
  return `must be more than ${minimum - 1}`;
}

function article(expected: string): string {
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = input;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
