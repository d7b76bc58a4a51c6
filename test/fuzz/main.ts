// Entry of `npm run fuzz`: one line of figures for each fuzzed entry point.
import { parseArgs } from 'node:util';
import { startRedis } from '../../sandbox/processes/start-redis.ts';
import { type Door, doors, fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    door: { type: 'string', multiple: true },
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const isDoor = (name: string): name is Door => doors.some((door) => door === name);
const named = values.door ?? [...doors];
const unknown = named.filter((name) => !isDoor(name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown door ${unknown.join(', ')}. Doors: ${doors.join(', ')}\n`);
  process.exit(1);
}
const redis = await startRedis({ args: ['--appendonly', 'no'] });
let found = 0;
for (const door of named.filter(isDoor)) {
  const report = await fuzz(door, {
    inputs: Number(values.inputs),
    seed: Number(values.seed),
    redisUrl: redis.url,
  });
  found += report.findings.length;
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
await redis.stop();
process.exit(found > 0 ? 1 : 0);
