import { provisionRound } from '/work/six/bench/provision.ts';
const r = await provisionRound(Number(process.argv[2] ?? 600));
const { steps, ...x } = r;
console.log(
  x,
  'own',
  (r.botMs / r.ownPathMs).toFixed(3),
  'bare',
  (r.botMs / r.barePathMs).toFixed(3),
  'seq',
  (r.botMs / r.sequenceMs).toFixed(3),
);
console.table(steps);
process.exit();
