// Plan of one seed, made before the start: processes, traffic and faults with times.
import { drawFault } from './draw-faults.ts';
import { drawTraffic } from './draw-traffic.ts';
import type { ChaosEvent, Plan } from './events.ts';
import { createRandom } from './random.ts';

/** Duration of traffic and faults, ms. */
export const stormMs = 15_000;
const trafficEvents = 26;
const faultEvents = 9;

export function planOf(seed: number): Plan {
  const random = createRandom(seed);
  const slackMode = random.weighted([
    [3, 'http'],
    [1, 'socket'],
  ] as const);
  const roles = random.weighted([
    [2, ['all', 'all']],
    [1, ['slack', 'slack', 'worker', 'worker']],
  ] as const);
  // Without a gateway for most of the storm, most of the traffic would be refused.
  const first: ChaosEvent = {
    at: 0,
    kind: 'command',
    as: 'olivia',
    channel: '#llm-gateway',
    text: '/llmgw provision --yes',
  };
  const traffic = Array.from({ length: trafficEvents }, () => ({
    at: random.between(500, stormMs),
    ...drawTraffic(random),
  }));
  const faults = Array.from({ length: faultEvents }, () => ({
    at: random.between(0, stormMs),
    ...drawFault(random, { bots: roles.length, slackMode }),
  }));
  const events = [first, ...traffic, ...faults].toSorted((one, other) => one.at - other.at);
  return { seed, slackMode, roles, events };
}

/** The plan reduced to these events, by number. */
export function planWith(plan: Plan, kept: readonly number[]): Plan {
  return { ...plan, events: plan.events.filter((_, index) => kept.includes(index)) };
}
