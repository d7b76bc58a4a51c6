// Command options of provision runs.
import { parseDuration } from '../../src/kernel/duration.ts';
import {
  type ProvisionOptions,
  lastOptions,
  readProvisionOptions,
} from '../../src/gateway/options.ts';
import type { OptionSpec, TypedCommand } from '../../src/slack/dispatch/parse-command.ts';
import type { RunStore } from '../../src/engine/run-store.ts';

/** In the order of help. */
export const runOptions = {
  model: {
    kind: 'value',
    placeholder: 'NAME',
    help: 'Hugging Face model to serve, such as `Qwen/Qwen2.5-1.5B-Instruct`',
    pattern: /[\w.-]+(?:\/[\w.-]+)?/,
  },
  nodes: {
    kind: 'value',
    placeholder: 'COUNT',
    help: 'number of nodes, with one model server each, from 1 to 100',
    pattern: /[1-9]\d?|100/,
  },
  'machine-type': {
    kind: 'value',
    placeholder: 'TYPE',
    help: 'machine type of the nodes, such as `c2-standard-16`',
    pattern: /[a-z]\d+[a-z]?-[a-z]+-\d+(?:-\d+)?/,
  },
  quota: {
    kind: 'value',
    placeholder: 'LIMIT/WINDOW',
    help: 'requests per app in a minute, hour, day or month, such as `5/minute`',
    pattern: /[1-9]\d{0,8}\/(?:minute|hour|day|month)/,
  },
  for: {
    kind: 'value',
    placeholder: 'TIME',
    help: 'tear the gateway down after this time, up to 30 days: `45m`, `8h`, `2d`',
    pattern: /[1-9]\d{0,4}[mhd]/,
  },
  guarded: { kind: 'flag', help: 'protect the gateway before it is reachable' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** For usage lines. */
export const runOptionsUsage =
  '[--model NAME] [--nodes N] [--machine-type TYPE] [--quota 5/minute] [--for 8h] [--guarded]';

/** @throws invalid/bad_option for a value that fits its pattern but not its range. */
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

/** The typed options over those of the last provisioning: an omitted option keeps its value. */
export async function runOptionsFor(
  store: RunStore,
  gateway: string,
  typed: Pick<TypedCommand, 'options'>,
): Promise<ProvisionOptions> {
  const { leaseMs, ...given } = typedRunOptions(typed);
  // A new lease starts only on request.
  return { ...(await lastOptions(store, gateway)), leaseMs, ...given };
}
