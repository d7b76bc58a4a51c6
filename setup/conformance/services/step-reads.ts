// Conformance checks from provisioning steps, with the reads of a plan and no writes.
import { provision } from '../../../jobs/provision/runbook.ts';
import { checkAll } from '../../../src/engine/check-all.ts';
import { type CloudUnderTest, type Finding, differs, held, notObserved } from '../check.ts';

/** Faults of answers in a form that the client cannot read. */
const misread: ReadonlySet<string> = new Set(['unexpected', 'unexpected_answer']);

/** @param ids steps whose reads answer the question. @param expects `done`: everything is in place. */
export async function observeSteps(
  { context }: CloudUnderTest,
  ids: readonly string[],
  expects: 'anything' | 'done' = 'anything',
): Promise<Finding> {
  const steps = provision.steps.filter(({ id }) => ids.includes(id));
  const rows = await checkAll({ steps }, context, { tries: 2 });
  const shown = rows.map(({ id, found }) => {
    if (found.state === 'unread' || found.state === 'refused') {
      return `${id}: ${found.state} (${found.why.code}: ${found.why.message})`;
    }
    return `${id}: ${found.state}`;
  });
  const seen = shown.join('; ');
  const faults = rows.flatMap(({ found }) => (found.state === 'unread' ? [found.why] : []));
  if (faults.some(({ code }) => misread.has(code))) return differs(seen);
  if (faults.length > 0) return notObserved(seen);
  const isMet = expects === 'anything' || rows.every(({ found }) => found.state === 'done');
  return isMet ? held(seen) : differs(seen);
}
