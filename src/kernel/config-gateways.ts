// Named gateways: a YAML file whose entries override the environment.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';
import {
  type GatewayEnvironment,
  gatewayEnvironment,
  gatewayVariables,
} from './config-variables.ts';

type Raw = Readonly<Record<string, string | undefined>>;

export type NamedGateways =
  | { readonly ok: true; readonly gateways: Readonly<Record<string, GatewayEnvironment>> }
  /** One line per problem. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Part of labels and of names in Apigee and IAM, and typed by people: short and plain. */
const gatewayName = /^[a-z]([-a-z0-9]{0,18}[a-z0-9])?$/;

/**
 * @param path of the YAML file: gateway names, each with variables as in the environment.
 * @param env raw variables of the environment; an empty one is undefined.
 */
export function readGateways(path: string, env: Raw): NamedGateways {
  const problems: string[] = [];
  const gateways: Record<string, GatewayEnvironment> = {};
  for (const [name, entry] of entriesOf(path, problems)) {
    const raw = rawOf(name, entry, env);
    const read = gatewayEnvironment.safeParse(raw);
    if (read.success) gateways[name] = read.data;
    else problems.push(...wrongValues({ name, entry, raw }, read.error));
  }
  return problems.length === 0 ? { ok: true, gateways } : { ok: false, problems };
}

type Entry = Readonly<Record<string, unknown>>;

function entriesOf(path: string, problems: string[]): [string, Entry][] {
  const file = readFile(path);
  if (typeof file === 'string') {
    problems.push(file);
    return [];
  }
  const entries: [string, Entry][] = [];
  for (const [name, value] of Object.entries(file)) {
    const entry = value ?? {};
    if (name === 'default') problems.push('default: is reserved for the environment variables');
    else if (!gatewayName.test(name)) {
      problems.push(`${name}: use at most 20 lower-case letters, digits and hyphens`);
    } else if (!isEntry(entry)) problems.push(`${name}: must contain variables`);
    else {
      const unknown = Object.keys(entry).filter((key) => !Object.hasOwn(gatewayVariables, key));
      problems.push(...unknown.map((key) => `${name}: ${key} is not a gateway variable`));
      entries.push([name, entry]);
    }
  }
  return entries;
}

function readFile(path: string): Entry | string {
  try {
    const file: unknown = parse(readFileSync(path, 'utf8')) ?? {};
    return isEntry(file) ? file : 'must map gateway names to variables';
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
  }
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gateways share no cluster or Apigee environment, unless the file says so. */
function rawOf(name: string, entry: Entry, env: Raw): Record<string, string | undefined> {
  // The organization is that of the project: another project does not inherit it.
  const isElsewhere = 'PROJECT_ID' in entry;
  const ofGateways = Object.keys(gatewayVariables)
    // A name leads to one gateway.
    .filter((key) => key !== 'GATEWAY_HOST' && !(isElsewhere && key === 'APIGEE_ORG'))
    .map((key) => [key, env[key]]);
  return {
    ...(Object.fromEntries(ofGateways) as Record<string, string | undefined>),
    CLUSTER_NAME: `${env['CLUSTER_NAME'] ?? defaultOf('CLUSTER_NAME')}-${name}`,
    APIGEE_ENV: `${env['APIGEE_ENV'] ?? defaultOf('APIGEE_ENV')}-${name}`,
    ...Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)])),
  };
}

const defaultOf = (key: 'CLUSTER_NAME' | 'APIGEE_ENV'): string =>
  gatewayVariables[key].parse(undefined);

interface NamedEntry {
  readonly name: string;
  readonly entry: Entry;
  readonly raw: Raw;
}

/** A value that was not typed is shown with its source. */
function wrongValues({ name, entry, raw }: NamedEntry, error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => {
    const variable = String(path[0]);
    const isDerived = derived.includes(variable) && !(variable in entry);
    const origin = isDerived
      ? `; ${raw[variable] ?? ''} was derived from the gateway's name: set ${variable} for ${name} in the file`
      : '';
    return `${name}: ${variable} ${message}${origin}`;
  });
}

const derived: readonly string[] = ['CLUSTER_NAME', 'APIGEE_ENV'];
