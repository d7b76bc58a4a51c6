// The options of a provisioning run as people type them, for every command that plans or starts one.
import { parseDuration } from '../../src/kernel/duration.ts';
import {
  type ProvisionOptions,
  lastOptions,
  readProvisionOptions,
} from '../../src/gateway/options.ts';
import type { OptionSpec, TypedCommand } from '../../src/slack/dispatch/parse-command.ts';
import type { RunStore } from '../../src/engine/run-store.ts';

/** In the order in which help lists them. */
export const runOptions = {
  model: {
    kind: 'value',
    placeholder: 'NAME',
    help: 'the model that is served, as Hugging Face names it: `Qwen/Qwen2.5-1.5B-Instruct`',
    pattern: /[\w.-]+(?:\/[\w.-]+)?/,
  },
  nodes: {
    kind: 'value',
    placeholder: 'COUNT',
    help: 'nodes with one model server each, from 1 to 100',
    pattern: /[1-9]\d?|100/,
  },
  'machine-type': {
    kind: 'value',
    placeholder: 'TYPE',
    help: 'machine type of the nodes, like `c2-standard-16`',
    pattern: /[a-z]\d+[a-z]?-[a-z]+-\d+(?:-\d+)?/,
  },
  quota: {
    kind: 'value',
    placeholder: 'LIMIT/WINDOW',
    help: 'requests of each app in a minute, hour, day or month: `5/minute`',
    pattern: /[1-9]\d{0,8}\/(?:minute|hour|day|month)/,
  },
  for: {
    kind: 'value',
    placeholder: 'TIME',
    help: 'how long it stands before it is torn down, up to 30 days: `45m`, `8h`, `2d`',
    pattern: /[1-9]\d{0,4}[mhd]/,
  },
  guarded: { kind: 'flag', help: 'protects the gateway before anybody can reach it' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** How they are typed, for usage lines. */
export const runOptionsUsage =
  '[--model NAME] [--nodes N] [--machine-type TYPE] [--quota 5/minute] [--for 8h] [--guarded]';

/** @throws invalid/bad_option, for what a pattern alone cannot tell. */
export function typedRunOptions({ options }: Pick<TypedCommand, 'options'>): ProvisionOptions {
  const text = (name: keyof typeof runOptions): string | undefined => {
    const value = options[name];
    return typeof value === 'string' ? value : undefined;
  };
  const nodes = text('nodes');
  const lease = text('for');
  return readProvisionOptions({
    model: text('model'),
    nodes: nodes === undefined ? undefined : Number(nodes),
    machineType: text('machine-type'),
    quota: text('quota'),
    leaseMs: lease === undefined ? undefined : parseDuration(lease),
    guarded: options['guarded'] === true ? true : undefined,
  });
}

/** What was typed, over what the gateway was provisioned with last: an option that is not repeated stays as it is. */
export async function runOptionsFor(
  store: RunStore,
  gateway: string,
  typed: Pick<TypedCommand, 'options'>,
): Promise<ProvisionOptions> {
  const { leaseMs, ...given } = typedRunOptions(typed);
  // A lease begins anew only when it is asked for.
  return { ...(await lastOptions(store, gateway)), leaseMs, ...given };
}
