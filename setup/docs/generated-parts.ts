// Generated parts of README.md and docs: tables, counts and versions, by name.
import { readFileSync } from 'node:fs';
import { handlers } from '../../jobs/index.ts';
import {
  neededPermissions,
  permissionsToEnable,
  usefulPermissions,
} from '../../jobs/provision/preconditions/project.ts';
import { provision } from '../../jobs/provision/runbook.ts';
import { variables } from '../../src/kernel/config-variables.ts';
import { retentions } from './retention.ts';
import { formatDuration } from '../../src/kernel/duration.ts';

export type Parts = Readonly<Record<string, string>>;

/** Required in one mode alone, although optional in the schema. */
const neededWith: Readonly<Record<string, string>> = {
  SLACK_SIGNING_SECRET: 'with `SLACK_MODE=http`',
  SLACK_APP_TOKEN: 'with `SLACK_MODE=socket`',
};

export function generatedParts(root: string): Parts {
  return {
    commands: commandTable(),
    configuration: configurationTable(() => true),
    'needed-configuration': configurationTable(({ needed }) => needed !== 'no'),
    permissions: permissionTable(),
    retention: retentionTable(),
    steps: stepTable(),
    'step-count': String(provision.steps.length),
    'node-version': nodeVersion(root),
  };
}

function commandTable(): string {
  const rows = handlers.commands.map(({ usage, permission, summary }) => [
    `\`${cell(formOf(usage))}\``,
    permission === 'operator' ? 'operators' : 'everybody',
    cell(summary),
  ]);
  return table(['command', 'who', 'what it does'], rows);
}

/** `help COMMAND` lists the options. */
function formOf(usage: string): string {
  const [form = usage] = usage.split(' [--');
  return form === usage ? usage : `${form} …`;
}

interface Variable {
  readonly name: string;
  readonly needed: string;
  readonly help: string;
  readonly byDefault: string;
}

function configurationTable(isShown: (variable: Variable) => boolean): string {
  const rows = Object.entries(variables).map(([name, schema]): Variable => {
    const { success, data } = schema.safeParse(undefined);
    const byDefault = Array.isArray(data) ? data.join(',') : String(data ?? '');
    const needed = neededWith[name] ?? (success ? 'no' : 'yes');
    return { name, needed, help: schema.description ?? '', byDefault };
  });
  const shown = rows.filter(isShown);
  const hasDefaults = shown.some(({ byDefault }) => byDefault !== '');
  return table(
    ['variable', 'needed', ...(hasDefaults ? ['default'] : []), 'what it is'],
    shown.map(({ name, needed, help, byDefault }) => [
      `\`${name}\``,
      needed,
      ...(hasDefaults ? [byDefault === '' ? '' : `\`${byDefault}\``] : []),
      cell(help),
    ]),
  );
}

function permissionTable(): string {
  const rows = (of: Readonly<Record<string, readonly string[]>>, needed: string): string[][] =>
    Object.entries(of).map(([role, permissions]) => [
      `\`${role}\``,
      permissions.map((permission) => `\`${permission}\``).join(' '),
      needed,
    ]);
  return table(
    ['role', 'permissions', 'needed'],
    [
      ...rows(neededPermissions, 'yes'),
      ...rows(permissionsToEnable, 'while an API is off'),
      ...rows(usefulPermissions, 'no: they show ranges that a new subnetwork must avoid'),
    ],
  );
}

function stepTable(): string {
  const rows = provision.steps.map(({ id, title, expectMs, deadlineMs, undo }) => [
    `\`${id}\``,
    cell(title),
    formatDuration(expectMs),
    formatDuration(deadlineMs),
    'title' in undo ? cell(undo.title) : '–',
  ]);
  return table(['step', 'what it does', 'usually takes', 'deadline', 'teardown'], rows);
}

function retentionTable(): string {
  const rows = retentions.map(({ key, holds, kept }) => [
    `\`${key.replaceAll(', ', '`, `')}\``,
    holds,
    kept,
  ]);
  return table(['key, after `llmgw:`', 'holds', 'kept'], rows);
}

function nodeVersion(root: string): string {
  const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    readonly engines: { readonly node: string };
  };
  return engines.node.replace('>=', '');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const marked = /<!-- generated:([\w-]+) -->[^]*?<!-- \/generated -->/g;

/** The document with each marked part regenerated. @throws Error for a part that does not exist. */
export function withParts(document: string, parts: Parts, path: string): string {
  return document.replaceAll(marked, (_whole: string, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`${path}: there is no generated part ${name}`);
    const inline = !part.includes('\n');
    const inner = inline ? part : `\n\n${part}\n\n`;
    return `<!-- generated:${name} -->${inner}<!-- /generated -->`;
  });
}
