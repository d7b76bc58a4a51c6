// Root causes of a gateway that is not ready. Pure.
import {
  type Guidance,
  guidance,
  joinGuidance,
  slashCommand,
} from '../../../src/kernel/guidance.ts';
import type { Cause, Observation } from '../../../src/gateway/observation.ts';

type Pods = Observation['pods'];

/** Undefined for a gateway that is ready. */
export function whyNotReady(seen: Observation): Guidance | undefined {
  const [first] = seen.causes;
  switch (seen.state) {
    case 'ready':
      return undefined;
    case 'provisioning':
      return `Run ${seen.activeRun} is in progress.`;
    case 'absent':
      return guidance`There is no cluster. An operator can create it with ${slashCommand('provision')}.`;
    case 'unknown':
      return allUnread(seen);
    case 'degraded':
      return first === undefined ? undefined : inASentence(first, seen.pods);
  }
}

/** Longest list of unread causes; doctor shows the rest. */
const mostUnread = 3;

/** Every unread cause with its next action. */
function allUnread({ causes, pods }: Observation): Guidance | undefined {
  const sentences = causes.slice(0, mostUnread).map((cause) => {
    const { next } = cause;
    const words = inASentence(cause, pods);
    return next === undefined ? words : guidance`${words} ${next}`;
  });
  return sentences.length === 0
    ? undefined
    : joinGuidance(sentences.flatMap((one, index) => (index === 0 ? [one] : [' ', one])).flat());
}

function inASentence(cause: Cause, pods: Pods): Guidance {
  const { kind, title, part, what } = cause;
  const [first = '', ...more] = what;
  switch (kind) {
    case 'unread': {
      const name =
        part === undefined ? title : `${part.name[0]?.toLowerCase()}${part.name.slice(1)}`;
      return `${[`Could not read ${name} (${first})`, ...more].join('. ')}.`;
    }
    case 'blocked':
      return `${title}: ${first}.`;
    case 'drifted':
      return cause.unmet === undefined
        ? `${title}: edited outside llmgw: ${what.join(', ')}.`
        : lacking(cause, pods);
    case 'lacking':
      return lacking(cause, pods);
  }
}

function lacking({ why, title, part, what, unmet, because }: Cause, pods: Pods): Guidance {
  if (why === 'open')
    return 'The gateway answers requests without a key: its protection is not in force.';
  if (part === undefined) return `${title}: ${what.join(', ')}.`;
  if (why === 'absent') return guidance`${part.name} ${part.absent ?? part.unready}.`;
  const more = because[0] === undefined ? '' : `: ${because[0].text}`;
  if (part.many !== undefined && pods !== undefined && pods.ready < pods.desired) {
    return `${pods.ready} of ${pods.desired} ${part.many} are ready${more}.`;
  }
  return guidance`${part.name} ${part.unready}${unmet === undefined ? '' : `: ${unmet}`}${more}.`;
}
