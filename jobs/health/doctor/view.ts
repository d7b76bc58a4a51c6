// A diagnosis in one message: the state, the causes with their fixes, what follows from them, and Repair. Pure.
import type { PodReason } from '../../../src/clients/kubernetes/pod-reasons.ts';
import type { Cause } from '../../../src/gateway/observation.ts';
import type { Diagnosis, ObservedRefusal } from './notifier.ts';
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { labelUnless } from '../status/view.ts';
import { z } from 'zod';
import { codec, plainName } from '../../../src/slack/messages/codec.ts';
import {
  type Block,
  type MessageButton,
  type Message,
  actions,
  context,
  header,
  outcome,
  section,
} from '../../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  joined,
  withKnownLinks,
} from '../../../src/slack/messages/mrkdwn.ts';

const kinds = {
  blocked: 'a person must mend it',
  lacking: 'missing or not ready',
  drifted: 'edited',
  unread: 'could not be looked at',
} as const satisfies Record<Cause['kind'], string>;

/** Lines of one finding, and findings in full; the rest is counted. */
const mostLines = 12;
const mostCauses = 12;
const mostNames = 3;

export function doctorMessage(diagnosis: Diagnosis, job: string): Message {
  const { gateway, causes, effects, canRepair } = diagnosis;
  const { words, status } = headline(diagnosis);
  const blocks: Block[] = [header(`Examination of the gateway ${gateway}`), section(words)];
  if (isOpen(diagnosis)) {
    blocks.push(section(mrkdwn`:rotating_light: *Open to anybody:* it answers without a key.`));
  }
  const shown = causes.slice(0, mostCauses);
  for (const [index, cause] of shown.entries()) {
    blocks.push(
      section(
        causeText(
          cause,
          gateway,
          index === 0 ? (causes.length === 1 ? 'Cause' : 'First cause') : 'Also',
        ),
      ),
    );
  }
  if (causes.length > shown.length) {
    blocks.push(section(mrkdwn`…and ${causes.length - shown.length} more causes.`));
  }
  if (effects.length > 0) blocks.push(section(effectsText(effects)));
  blocks.push(section(proofText(diagnosis)));
  const again = {
    label: 'Examine again',
    action: 'command.doctor',
    value: `doctor ${gateway}`,
  };
  blocks.push(actions(canRepair ? [repair(gateway, job), again] : [again]));
  blocks.push(context(mrkdwn`${nextOf(diagnosis)} · ${escapeText(job)}`));
  return { text: plainText(diagnosis), blocks, mark: outcome(status, job) };
}

/** `2 of 3 pods: image pull fails (vllm-1, vllm-2)` */
export function formatPodReason({ text, pods }: PodReason): string {
  const rest = pods.length - mostNames;
  const shown = pods.slice(0, mostNames).join(', ');
  return `${text} (${rest > 0 ? `${shown} and ${rest} more` : shown})`;
}

/** What the button stands for: a run of its own, and the same one however often it is pressed. */
export const repairRun = codec(z.object({ gateway: plainName, runId: plainName }));

function repair(gateway: string, job: string): MessageButton {
  const runId = `provision-${gateway}-${job.slice(job.lastIndexOf('-') + 1)}`;
  return {
    label: 'Repair',
    action: 'doctor.repair',
    value: repairRun.write({ gateway, runId }),
    style: 'primary',
  };
}

const isOpen = ({ refusals }: Diagnosis): boolean =>
  refusals.some(({ when, state }) => when === 'no-key' && state === 'answered');

function headline(diagnosis: Diagnosis): { words: Mrkdwn; status: 'ok' | 'failed' } {
  const { state, checks, causes, effects, activeRun } = diagnosis;
  switch (state) {
    case 'ready':
      return {
        words: mrkdwn`:white_check_mark: *Healthy.* All ${checks} checks are as wanted.`,
        status: 'ok',
      };
    case 'degraded': {
      const count = causes.length === 1 ? 'One cause' : mrkdwn`${causes.length} causes`;
      const follows =
        effects.length === 0 ? '' : mrkdwn`, from which ${effects.length} more follow`;
      return {
        words: mrkdwn`:warning: *Not as wanted.* ${count} found by ${checks} checks${follows}.`,
        status: 'failed',
      };
    }
    case 'absent':
      return { words: mrkdwn`:white_circle: *Absent.* There is no cluster.`, status: 'failed' };
    case 'unknown':
      return {
        words: mrkdwn`:grey_question: *Not known.* Too little of it could be looked at.`,
        status: 'failed',
      };
    case 'provisioning':
      return {
        words: mrkdwn`:hourglass_flowing_sand: *At work.* The run ${code(activeRun ?? '')} is busy on it; what it has yet to make is missing below.`,
        status: 'ok',
      };
  }
}

function causeText(cause: Cause, gateway: string, label: string): Mrkdwn {
  const { title, kind, what, because, next } = cause;
  const lines = [
    mrkdwn`*${escapeText(label)}: ${escapeText(title)}* (${kinds[kind]})`,
    ...what.slice(0, mostLines).map((line) => mrkdwn`• ${escapeText(line)}`),
  ];
  if (what.length > mostLines) lines.push(mrkdwn`• and ${what.length - mostLines} more`);
  lines.push(...because.map((one) => mrkdwn`• because ${escapeText(formatPodReason(one))}`));
  if (next !== undefined) lines.push(mrkdwn`*Fix:* ${fix(guidanceText(next, gateway))}`);
  return joined(lines, '\n');
}

/** Fixes may name a page of Google Cloud. */
function fix(next: string): Mrkdwn {
  return withKnownLinks(/[.!?:]$/.test(next) ? next : `${next}.`);
}

function effectsText(effects: readonly Cause[]): Mrkdwn {
  const lines = effects.map(
    ({ title, what }) => mrkdwn`• ${escapeText(title)}: ${escapeText(what[0] ?? '')}`,
  );
  return joined([mrkdwn`*What follows from it:*`, ...lines], '\n');
}

function proofText(diagnosis: Diagnosis): Mrkdwn {
  const { refusals, provenAt } = diagnosis;
  const lines = refusals.map(refusalText);
  const proven =
    provenAt === undefined
      ? labelUnless(diagnosis, 'not proven')
      : mrkdwn`proven ${moment(provenAt)}`;
  return joined([...lines, mrkdwn`*Right key answered, quota kept:* ${proven}`], '\n');
}

const refusalWords = {
  refused: 'refused',
  answered: 'answered, which must not be',
  unknown: 'not seen',
} as const satisfies Record<ObservedRefusal['state'], string>;

const requestWords = {
  'no-key': mrkdwn`Without a key`,
  'wrong-key': mrkdwn`With a wrong key`,
} as const satisfies Record<ObservedRefusal['when'], Mrkdwn>;

function refusalText({ when, state, seen }: ObservedRefusal): Mrkdwn {
  const label = requestWords[when];
  const how = state === 'answered' ? '' : mrkdwn` (${escapeText(seen)})`;
  return mrkdwn`*${label}:* ${refusalWords[state]}${how}`;
}

function nextOf({ state, canRepair, causes, activeRun }: Diagnosis): Mrkdwn {
  if (state === 'ready') return mrkdwn`Nothing was changed, and nothing needs to be`;
  if (activeRun !== undefined) return mrkdwn`Nothing was changed. Next: its card shows each step`;
  if (canRepair) {
    return mrkdwn`Nothing was changed. Next: *Repair* provisions what is missing or edited, and proves the protection anew`;
  }
  const { next } = causes.find((cause) => cause.next !== undefined) ?? {};
  return next === undefined
    ? mrkdwn`Nothing was changed. Next: examine it again in a minute`
    : mrkdwn`Nothing was changed. Next: mend the cause as said, then examine it again`;
}

function plainText(diagnosis: Diagnosis): Mrkdwn {
  const { gateway, state, causes, activeRun } = diagnosis;
  const [first] = causes;
  if (state === 'ready') return mrkdwn`The gateway ${escapeText(gateway)} is healthy.`;
  if (state === 'provisioning')
    return mrkdwn`The gateway ${escapeText(gateway)} is being worked on by ${escapeText(activeRun ?? 'a run')}.`;
  const open = isOpen(diagnosis) ? ' It answers without a key.' : '';
  if (first === undefined)
    return mrkdwn`The gateway ${escapeText(gateway)} is not as wanted.${open}`;
  return mrkdwn`The gateway ${escapeText(gateway)} is not as wanted.${open} ${escapeText(`${first.title}: ${[...first.what, ...first.because.map(formatPodReason)].join('; ')}`)}`;
}
