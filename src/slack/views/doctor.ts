// A diagnosis in one message: the state, the causes with their fixes, what follows from them, and Repair. Pure.
import type { Diagnosis, Finding, RefusalSeen } from '../../../jobs/audience.ts';
import { code, escapeText, moment } from '../slack-text.ts';
import { aboutGateway } from './about-gateway.ts';
import { sentence } from './fault.ts';
import {
  type Block,
  type Button,
  type Message,
  actions,
  context,
  header,
  outcome,
  section,
} from './message.ts';

const kinds = {
  blocked: 'a person must mend it',
  lacking: 'missing or not ready',
  drifted: 'edited',
  unread: 'could not be looked at',
} as const satisfies Record<Finding['kind'], string>;

/** Lines of one finding, and findings in full; the rest is counted. */
const mostLines = 12;
const mostCauses = 12;

export function doctorMessage(diagnosis: Diagnosis, job: string): Message {
  const { gateway, causes, effects, canRepair } = diagnosis;
  const { words, status } = headline(diagnosis);
  const blocks: Block[] = [header(`Examination of the gateway ${gateway}`), section(words)];
  if (isOpen(diagnosis)) {
    blocks.push(section(':rotating_light: *Open to anybody:* it answers without a key.'));
  }
  const shown = causes.slice(0, mostCauses);
  for (const [index, cause] of shown.entries()) {
    blocks.push(section(causeText(cause, index === 0, causes.length)));
  }
  if (causes.length > shown.length) {
    blocks.push(section(`…and ${causes.length - shown.length} more causes.`));
  }
  if (effects.length > 0) blocks.push(section(effectsText(effects)));
  blocks.push(section(proofText(diagnosis)));
  const again = { label: 'Examine again', action: 'command.doctor', value: `doctor ${gateway}` };
  blocks.push(actions(canRepair ? [repair(gateway, job), again] : [again]));
  blocks.push(context(`${nextOf(diagnosis)} · ${job}`));
  return aboutGateway(gateway, { text: plainText(diagnosis), blocks, mark: outcome(status, job) });
}

/** What the button stands for: a run of its own, and the same one however often it is pressed. */
export function readRepair(value: string): { gateway: string; runId: string } | undefined {
  const [, gateway, runId] = /^([a-z0-9-]+) ([a-z0-9-]+)$/.exec(value) ?? [];
  return gateway === undefined || runId === undefined ? undefined : { gateway, runId };
}

function repair(gateway: string, job: string): Button {
  const runId = `provision-${gateway}-${job.slice(job.lastIndexOf('-') + 1)}`;
  return {
    label: 'Repair',
    action: 'doctor.repair',
    value: `${gateway} ${runId}`,
    style: 'primary',
  };
}

const isOpen = ({ refusals }: Diagnosis): boolean =>
  refusals.some(({ when, state }) => when === 'without a key' && state === 'answered');

function headline(diagnosis: Diagnosis): { words: string; status: 'ok' | 'failed' } {
  const { state, checks, causes, effects, holding } = diagnosis;
  switch (state) {
    case 'healthy':
      return {
        words: `:white_check_mark: *Healthy.* All ${checks} checks are as wanted.`,
        status: 'ok',
      };
    case 'ill': {
      const count = causes.length === 1 ? 'One cause' : `${causes.length} causes`;
      const follows = effects.length === 0 ? '' : `, from which ${effects.length} more follow`;
      return {
        words: `:warning: *Not as wanted.* ${count} found by ${checks} checks${follows}.`,
        status: 'failed',
      };
    }
    case 'absent':
      return { words: ':white_circle: *Absent.* There is no cluster.', status: 'failed' };
    case 'unknown':
      return {
        words: ':grey_question: *Not known.* Too little of it could be looked at.',
        status: 'failed',
      };
    case 'at_work':
      return {
        words: `:hourglass_flowing_sand: *At work.* The run ${code(holding ?? '')} is busy on it; what it has yet to make is missing below.`,
        status: 'ok',
      };
  }
}

function causeText(finding: Finding, isFirst: boolean, of: number): string {
  const { title, kind, what, because, next } = finding;
  const label = of === 1 ? 'Cause' : isFirst ? 'First cause' : 'Also';
  const lines = [
    `*${label}: ${escapeText(title)}* (${kinds[kind]})`,
    ...what.slice(0, mostLines).map((line) => `• ${escapeText(line)}`),
  ];
  if (what.length > mostLines) lines.push(`• and ${what.length - mostLines} more`);
  lines.push(...because.map((line) => `• because ${escapeText(line)}`));
  if (next !== undefined) lines.push(`*Fix:* ${sentence(next)}`);
  return lines.join('\n');
}

function effectsText(effects: readonly Finding[]): string {
  const lines = effects.map(
    ({ title, what }) => `• ${escapeText(title)}: ${escapeText(what[0] ?? '')}`,
  );
  return [`*What follows from it:*`, ...lines].join('\n');
}

function proofText({ refusals, provenAt }: Diagnosis): string {
  const lines = refusals.map(refusalText);
  const proven = provenAt === undefined ? 'not proven' : `proven ${moment(provenAt)}`;
  return [...lines, `*Right key answered, quota kept:* ${proven}`].join('\n');
}

const refusalWords = {
  refused: 'refused',
  answered: 'answered, which must not be',
  unseen: 'not seen',
} as const satisfies Record<RefusalSeen['state'], string>;

function refusalText({ when, state, seen }: RefusalSeen): string {
  const label = `${when[0]?.toUpperCase()}${when.slice(1)}`;
  const how = state === 'answered' ? '' : ` (${escapeText(seen)})`;
  return `*${label}:* ${refusalWords[state]}${how}`;
}

function nextOf({ state, canRepair, causes, holding }: Diagnosis): string {
  if (state === 'healthy') return 'Nothing was changed, and nothing needs to be';
  if (holding !== undefined) return 'Nothing was changed. Next: its card shows each step';
  if (canRepair) {
    return 'Nothing was changed. Next: *Repair* provisions what is missing or edited, and proves the protection anew';
  }
  const { next } = causes.find((cause) => cause.next !== undefined) ?? {};
  return next === undefined
    ? 'Nothing was changed. Next: examine it again in a minute'
    : 'Nothing was changed. Next: mend the cause as said, then examine it again';
}

function plainText(diagnosis: Diagnosis): string {
  const { gateway, state, causes, holding } = diagnosis;
  const [first] = causes;
  if (state === 'healthy') return `The gateway ${gateway} is healthy.`;
  if (state === 'at_work')
    return `The gateway ${gateway} is being worked on by ${holding ?? 'a run'}.`;
  const open = isOpen(diagnosis) ? ' It answers without a key.' : '';
  if (first === undefined) return `The gateway ${gateway} is not as wanted.${open}`;
  return `The gateway ${gateway} is not as wanted.${open} ${first.title}: ${[...first.what, ...first.because].join('; ')}`;
}
