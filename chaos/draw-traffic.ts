// Random acts of a person: commands, mentions, buttons, or openings of Home.
import type { Traffic } from './events.ts';
import type { Random } from './random.ts';

/** Both may provision and tear down; the others may not. */
export const operators = ['olivia', 'bob'] as const;
export const people = [...operators, 'alice', 'nadia'] as const;
const channels = ['#llm-gateway', '#llm-gateway', '#general'] as const;

const forOperators: readonly (readonly [number, string])[] = [
  [2, 'provision --yes'],
  [1, 'provision'],
  [1, 'plan'],
  [1, 'teardown default --confirm default'],
  [1, 'cancel'],
  [2, 'retry'],
  [1, 'doctor'],
  [1, 'quota @alice 7/1m'],
  [1, 'audit'],
];
const forEverybody: readonly (readonly [number, string])[] = [
  [3, 'key'],
  [1, 'key list'],
  [1, 'key rotate'],
  [3, 'ask Are you there?'],
  [1, 'ask --private Are you there?'],
  [2, 'quota'],
  [1, 'quota 50'],
  [2, 'status'],
  [1, 'jobs'],
  [1, 'help'],
];

export function drawTraffic(random: Random): Traffic {
  const kind = random.weighted([
    [6, 'command'],
    [3, 'mention'],
    [4, 'press'],
    [1, 'home'],
  ] as const);
  if (kind === 'home') return { kind, as: random.pick(people) };
  if (kind === 'press') {
    const one = random.pick(people);
    const pick = random.between(0, 999);
    return { kind, as: random.next() < 0.5 ? operators : [one], pick };
  }
  const isOperators = random.next() < 0.45;
  const as = isOperators ? random.pick(operators) : random.pick(people);
  const words = random.weighted(isOperators ? forOperators : forEverybody);
  const channel = random.pick(channels);
  return { kind, as, channel, text: `${kind === 'command' ? '/llmgw' : '@llmgw'} ${words}` };
}

/** Traffic that changes no gateway, for a soak. */
export function drawCalmTraffic(random: Random): Traffic {
  const as = random.pick(people);
  if (random.next() < 0.1) return { kind: 'home', as };
  const words = random.weighted([...forEverybody, [1, 'doctor'], [1, 'plan']] as const);
  const kind = random.next() < 0.7 ? 'command' : 'mention';
  const text = `${kind === 'command' ? '/llmgw' : '@llmgw'} ${words}`;
  return { kind, as, channel: random.pick(channels), text };
}
