// Random faults of a process, Redis, Slack, the cloud, or a delivery.
import type { FaultAction, FaultRule } from '../sandbox/core/faults.ts';
import type { Trouble } from './events.ts';
import type { Random } from './random.ts';

interface Scene {
  readonly bots: number;
  readonly slackMode: 'http' | 'socket';
}

export function drawFault(random: Random, scene: Scene): Trouble {
  const kind = random.weighted([
    [4, 'kill'],
    [2, 'freeze'],
    [2, 'redis'],
    [4, 'slack'],
    [4, 'cloud'],
    [1, 'expire-tokens'],
    [2, 'delivery'],
  ] as const);
  switch (kind) {
    case 'kill':
      return { kind, bot: random.between(0, scene.bots - 1) };
    case 'freeze':
      return {
        kind,
        bot: random.between(0, scene.bots - 1),
        forMs: random.between(500, 8_000),
      };
    case 'redis':
      return {
        kind: random.pick(['redis-killed', 'redis-full', 'redis-read-only'] as const),
        forMs: random.between(100, 3_000),
      };
    case 'slack':
      return random.next() < 0.1
        ? { kind: 'slack-token', forMs: random.between(500, 3_000) }
        : serviceFault(random, 'slack', random.pick(slackCalls));
    case 'cloud':
      return serviceFault(random, random.weighted(clouds), '.*');
    case 'expire-tokens':
      return { kind };
    case 'delivery':
      if (scene.slackMode === 'socket') return { kind: 'drop-sockets' };
      return {
        kind: random.pick(['deliver-twice', 'lose-acks'] as const),
        count: random.between(1, 6),
      };
  }
}

const slackCalls = [
  '.*',
  'chat\\.',
  'chat.postMessage',
  'chat.postEphemeral',
  'chat.update',
] as const;
const clouds: readonly (readonly [number, FaultRule['service']])[] = [
  [4, 'apigee'],
  [4, 'gke'],
  [4, 'kubernetes'],
  [2, 'dataplane'],
  [2, 'vllm'],
  [1, 'iam'],
  [1, 'serviceusage'],
  [1, 'resourcemanager'],
  [1, 'compute'],
  [1, 'registry'],
  [1, 'metadata'],
  [1, 'huggingface'],
];

function serviceFault(random: Random, service: FaultRule['service'], operation: string): Trouble {
  return {
    kind: 'service',
    service,
    operation,
    action: drawAction(random, service),
    probability: random.pick([0.2, 0.5, 1]),
    forMs: random.between(300, 6_000),
  };
}

function drawAction(random: Random, service: FaultRule['service']): FaultAction {
  const kind = random.weighted([
    [4, 'status'],
    [2, 'delay'],
    [2, 'cut'],
    [1, 'truncate'],
    [1, 'reset'],
  ] as const);
  if (kind === 'delay') return { kind, ms: random.between(200, 4_000) };
  if (kind !== 'status') return { kind };
  // No 404: a cloud that reports an existing resource as gone makes any teardown leave it.
  const status = random.pick([400, 401, 403, 429, 500, 502, 503, 504]);
  const headers = status === 429 ? { 'retry-after': String(random.between(1, 3)) } : {};
  const hasBody = random.next() < 0.5 && service !== 'gke';
  return { kind, status, headers, ...(hasBody ? { body: '<html>Error</html>' } : {}) };
}
