// Validation of a runbook's graph, at the start and not in a hanging run.
import { fail } from '../kernel/errors.ts';
import type { StepShape } from './decide.ts';

interface RunbookShape {
  readonly name: string;
  readonly steps: readonly StepShape[];
  readonly variants?: readonly { readonly steps: readonly StepShape[] }[];
}

/** @throws bug/bad_runbook for duplicate ids or ids with signs other than a-z, 0-9 and -, for unknown needs, and for cycles. */
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
