// What is wrong with a gateway, in one sentence. Pure.
import { type Guidance, guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import type { Cause, Observation } from '../../../src/gateway/observation.ts';

type Pods = Observation['pods'];

/** Undefined for a gateway that is ready. */
export function whyNotReady(seen: Observation): Guidance | undefined {
  const [first] = seen.causes;
  switch (seen.state) {
    case 'ready':
      return undefined;
    case 'provisioning':
      return `The run ${seen.activeRun} is at work.`;
    case 'absent':
      return guidance`There is no cluster; an operator brings one up with ${slashCommand('provision')}.`;
    case 'degraded':
    case 'unknown':
      return first === undefined ? undefined : inASentence(first, seen.pods);
  }
}

function inASentence(cause: Cause, pods: Pods): Guidance {
  const { kind, title, part, what } = cause;
  const [first = '', ...more] = what;
  switch (kind) {
    case 'unread': {
      const name =
        part === undefined ? title : `${part.name[0]?.toLowerCase()}${part.name.slice(1)}`;
      return `${[`Could not be read: ${name} (${first})`, ...more].join('. ')}.`;
    }
    case 'blocked':
      return `${title}: ${first}.`;
    case 'drifted':
      return cause.unmet === undefined
        ? `${title}: somebody has changed ${what.join(', ')}.`
        : lacking(cause, pods);
    case 'lacking':
      return lacking(cause, pods);
  }
}

function lacking({ why, title, part, what, unmet, because }: Cause, pods: Pods): Guidance {
  if (why === 'open') return 'The gateway answers without a key: its protection is not in force.';
  if (part === undefined) return `${title}: ${what.join(', ')}.`;
  if (why === 'absent') return guidance`${part.name} ${part.absent ?? part.unready}.`;
  const more = because[0] === undefined ? '' : `: ${because[0].text}`;
  if (part.many !== undefined && pods !== undefined && pods.ready < pods.desired) {
    return `${pods.ready} of ${pods.desired} ${part.many} are ready${more}.`;
  }
  return guidance`${part.name} ${part.unready}${unmet === undefined ? '' : `: ${unmet}`}${more}.`;
}
