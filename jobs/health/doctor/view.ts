// Diagnosis message: state, root causes, next actions and Repair. Pure.
import { plural } from '../../../src/kernel/text.ts';
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
  blocked: 'needs manual action',
  lacking: 'missing or not ready',
  drifted: 'edited outside llmgw',
  unread: 'not readable',
} as const satisfies Record<Cause['kind'], string>;

/** Lines of one cause, and causes in full; the rest is counted. */
const mostLines = 12;
const mostCauses = 12;
const mostNames = 3;

export function doctorMessage(diagnosis: Diagnosis, job: string): Message {
  const { gateway, causes, effects, canRepair } = diagnosis;
  const { words, status } = headline(diagnosis);
  const blocks: Block[] = [header(`Diagnosis of ${gateway}`), section(words)];
  if (isOpen(diagnosis)) {
    blocks.push(
      section(
        mrkdwn`:rotating_light: *Unprotected:* ${code(gateway)} answers requests without a key.`,
      ),
    );
  }
  const shown = causes.slice(0, mostCauses);
  for (const [index, cause] of shown.entries()) {
    const label = causes.length === 1 ? 'Root cause' : `Root cause ${index + 1}`;
    blocks.push(section(causeText(cause, label, diagnosis)));
  }
  if (causes.length > shown.length) {
    blocks.push(section(mrkdwn`…and ${causes.length - shown.length} more root causes.`));
  }
  if (effects.length > 0) blocks.push(section(effectsText(effects)));
  blocks.push(section(proofText(diagnosis)));
  if (isPartlyPassed(diagnosis)) {
    const { passed, checks } = diagnosis;
    blocks.push(context(mrkdwn`:white_check_mark: ${passed} of ${checks} checks passed.`));
  }
  const again = {
    label: 'Diagnose again',
    action: 'command.doctor',
    value: `doctor ${gateway}`,
  };
  blocks.push(...nextBlocks(diagnosis));
  blocks.push(actions(canRepair ? [repair(gateway, job), again] : [again]));
  blocks.push(context(mrkdwn`The diagnosis changed nothing · ${escapeText(job)}`));
  return { text: plainText(diagnosis), blocks, mark: outcome(status, job) };
}

/** `2 of 3 pods: image pull fails (vllm-1, vllm-2)` */
export function formatPodReason({ text, pods }: PodReason): string {
  const rest = pods.length - mostNames;
  const shown = pods.slice(0, mostNames).join(', ');
  return `${text} (${rest > 0 ? `${shown} and ${rest} more` : shown})`;
}

/** Value of Repair: every click names the same run. */
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

/** All passed is the headline's own statement. */
const isPartlyPassed = ({ passed, checks }: Diagnosis): boolean => passed > 0 && passed < checks;

const isOpen = ({ refusals }: Diagnosis): boolean =>
  refusals.some(({ when, state }) => when === 'no-key' && state === 'answered');

function headline(diagnosis: Diagnosis): { words: Mrkdwn; status: 'ok' | 'failed' } {
  const { state, checks, causes, effects, activeRun } = diagnosis;
  switch (state) {
    case 'ready':
      return {
        words: mrkdwn`:white_check_mark: *Healthy.* All ${checks} checks passed.`,
        status: 'ok',
      };
    case 'degraded': {
      const count =
        causes.length === 0
          ? 'No root cause found'
          : escapeText(plural(causes.length, 'root cause'));
      const affected =
        effects.length === 0
          ? ''
          : mrkdwn`, ${escapeText(plural(effects.length, 'affected check'))}`;
      return {
        words: mrkdwn`:warning: *Degraded.* ${count}${affected}.`,
        status: 'failed',
      };
    }
    case 'absent':
      return {
        words: mrkdwn`:white_circle: *Not provisioned.* There is no cluster.`,
        status: 'failed',
      };
    case 'unknown':
      return {
        words: mrkdwn`:grey_question: *State unknown.* Too many checks could not be read.`,
        status: 'failed',
      };
    case 'provisioning':
      return {
        words: mrkdwn`:hourglass_flowing_sand: *Run in progress.* Run ${code(activeRun ?? '')} is changing the gateway, so checks below can fail until it ends.`,
        status: 'ok',
      };
  }
}

function causeText(cause: Cause, label: string, { gateway }: Diagnosis): Mrkdwn {
  const { title, kind, what, because, next } = cause;
  const lines = [
    mrkdwn`*${escapeText(label)}: ${escapeText(title)}* (${kinds[kind]})`,
    ...what.slice(0, mostLines).map((line) => mrkdwn`• ${escapeText(line)}`),
  ];
  if (what.length > mostLines) lines.push(mrkdwn`• …and ${what.length - mostLines} more`);
  lines.push(...because.map((one) => mrkdwn`• ${escapeText(formatPodReason(one))}`));
  if (next !== undefined) lines.push(mrkdwn`*Next:* ${nextAction(guidanceText(next, gateway))}`);
  return joined(lines, '\n');
}

/** The next action may name a page of Google Cloud. */
function nextAction(next: string): Mrkdwn {
  return withKnownLinks(/[.!?:]$/.test(next) ? next : `${next}.`);
}

function effectsText(effects: readonly Cause[]): Mrkdwn {
  const lines = effects.map(
    ({ title, what }) => mrkdwn`• ${escapeText(title)}: ${escapeText(what[0] ?? '')}`,
  );
  return joined([mrkdwn`*Affected by this:*`, ...lines], '\n');
}

function proofText(diagnosis: Diagnosis): Mrkdwn {
  const { refusals, provenAt } = diagnosis;
  const lines = refusals.map(refusalText);
  const proven =
    provenAt === undefined
      ? labelUnless(diagnosis, 'not verified')
      : mrkdwn`verified ${moment(provenAt)}`;
  return joined([...lines, mrkdwn`*Valid key accepted, quota enforced:* ${proven}`], '\n');
}

const refusalWords = {
  refused: 'refused',
  answered: 'answered, must be refused',
  unknown: 'inconclusive',
} as const satisfies Record<ObservedRefusal['state'], string>;

const requestWords = {
  'no-key': mrkdwn`Request without a key`,
  'wrong-key': mrkdwn`Request with a wrong key`,
} as const satisfies Record<ObservedRefusal['when'], Mrkdwn>;

function refusalText({ when, state, seen }: ObservedRefusal): Mrkdwn {
  const label = requestWords[when];
  const how = state === 'answered' ? '' : mrkdwn` (${escapeText(seen)})`;
  return mrkdwn`*${label}:* ${refusalWords[state]}${how}`;
}

/** Actions for all causes, one click or one run; a cause with its own next action names it above. */
function nextBlocks({ state, canRepair, causes, activeRun }: Diagnosis): Block[] {
  if (state === 'ready') return [];
  if (activeRun !== undefined) return [section(mrkdwn`*Next:* follow the run's card.`)];
  if (canRepair) {
    const what = state === 'absent' ? 'create the gateway' : 'restore the configuration';
    const text = mrkdwn`*Next:* choose *Repair* to ${what} and verify the protection.`;
    return [section(text)];
  }
  return causes.some(({ next }) => next !== undefined)
    ? [section(mrkdwn`*Next:* fix the root cause, then diagnose again.`)]
    : [section(mrkdwn`*Next:* diagnose again in a minute.`)];
}

const plainStates = {
  ready: 'healthy',
  degraded: 'degraded',
  absent: 'not provisioned',
  unknown: 'state unknown',
  provisioning: 'run in progress',
} as const satisfies Record<Diagnosis['state'], string>;

function plainText(diagnosis: Diagnosis): Mrkdwn {
  const { gateway, state, causes, activeRun } = diagnosis;
  const [first] = causes;
  const title = mrkdwn`Diagnosis of ${escapeText(gateway)}: ${plainStates[state]}.`;
  if (state === 'ready') return title;
  if (state === 'provisioning')
    return mrkdwn`${title} Run ${escapeText(activeRun ?? '')} is in progress.`;
  const open = isOpen(diagnosis) ? ' It answers requests without a key.' : '';
  if (first === undefined) return mrkdwn`${title}${open}`;
  const found = [...first.what, ...first.because.map(formatPodReason)].join('; ');
  return mrkdwn`${title}${open} ${escapeText(`${first.title}: ${found}`)}`;
}
