// What makes a table of steps a graph that can be run: a bad one is refused at the start, not found by a run that hangs.
import { fail } from '../kernel/errors.ts';
import type { StepShape } from './decide.ts';

interface RunbookShape {
  readonly name: string;
  readonly steps: readonly StepShape[];
  readonly variants?: readonly { readonly steps: readonly StepShape[] }[];
}

/** @throws bug/bad_runbook for ids that are doubled or hold other signs than a-z, 0-9 and -, for unknown needs, and for circles. */
export function requireSoundShape({ name, steps, variants = [] }: RunbookShape): void {
  for (const graph of [{ steps }, ...variants]) requireSoundGraph(name, graph.steps);
}

function requireSoundGraph(name: string, steps: readonly StepShape[]): void {
  const bad = (what: string): Error => fail('bug', 'bad_runbook', `The runbook ${name}: ${what}.`);
  const ids = new Set<string>();
  for (const { id } of steps) {
    if (!/^[a-z0-9-]+$/.test(id))
      throw bad(`the step id ${JSON.stringify(id)} has characters other than a-z, 0-9 and -`);
    if (ids.has(id)) throw bad(`two steps are named ${id}`);
    ids.add(id);
  }
  for (const { id, needs } of steps) {
    const unknown = needs.find((need) => !ids.has(need));
    if (unknown !== undefined) throw bad(`${id} needs ${unknown}, which is missing`);
  }
  let open = steps;
  while (open.length > 0) {
    const left = open.filter(({ needs }) =>
      needs.some((need) => open.some(({ id }) => id === need)),
    );
    if (left.length === open.length)
      throw bad(`${open.map(({ id }) => id).join(', ')} need each other`);
    open = left;
  }
}
