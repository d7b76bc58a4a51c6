// Reasons of pods that are not ready, from conditions and container states. Pure.
import { plural } from '../../kernel/text.ts';
import { z } from 'zod';

const state = z.object({
  waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).nullish(),
  running: z.object({ startedAt: z.string().optional() }).nullish(),
  terminated: z
    .object({
      reason: z.string().default(''),
      message: z.string().default(''),
      exitCode: z.number().default(0),
    })
    .nullish(),
});
const container = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: state.nullish(),
  lastState: state.nullish(),
});
const pod = z.object({
  metadata: z.object({ name: z.string().default('') }).default({ name: '' }),
  status: z
    .object({
      phase: z.string().default(''),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
      containerStatuses: z.array(container).default([]),
      initContainerStatuses: z.array(container).default([]),
    })
    .default({ phase: '', conditions: [], containerStatuses: [], initContainerStatuses: [] }),
});
type Pod = z.infer<typeof pod>;
type Container = z.infer<typeof container>;

/** Worst first: the order of reasons in messages. */
const codes = [
  'unfit_machine',
  'token_refused',
  'image_pull',
  'bad_config',
  'out_of_memory',
  'crashing',
  'unschedulable',
  'starting',
  'loading',
] as const;
export type PodReasonCode = (typeof codes)[number];

export interface PodReason {
  readonly code: PodReasonCode;
  /** `2 of 3 pods: image pull fails: …` */
  readonly text: string;
  /** Names of the affected pods. */
  readonly pods: readonly string[];
}

const refusedToken =
  /GatedRepo|gated repo|401 Client Error|403 Client Error|Invalid (user |credentials|username)|Access to model .* is restricted/i;

/** Exit code of a process that met an instruction its CPU lacks: 128 + SIGILL. */
const illegalInstructionCode = 132;
/** Wording of Python's fault handler, of a shell, and of vLLM about its engine's process. */
const illegalInstruction = /illegal instruction|\bSIGILL\b|failed core proc\(s\):.*: -4\b/i;
/** Wording of the kernel, of containerd's pull and of GKE's taint on ARM nodes. */
const otherArchitecture =
  /exec format error|no match for platform in manifest|taint \{kubernetes\.io\/arch/i;

/** One reason per kind of problem, with its number of pods; empty when all pods are ready. */
export function reasonsOf(pods: readonly unknown[]): PodReason[] {
  const found = new Map<PodReasonCode, { words: string; names: string[] }>();
  for (const one of pods) {
    const parsed = pod.parse(one);
    const reason = reasonOf(parsed);
    if (reason === undefined) continue;
    const names = [...(found.get(reason.code)?.names ?? []), parsed.metadata.name];
    found.set(reason.code, { words: reason.words, names });
  }
  return codes.flatMap((code) => {
    const reason = found.get(code);
    if (reason === undefined) return [];
    const { words, names } = reason;
    return [{ code, text: `${names.length} of ${pods.length} pods: ${words}`, pods: names }];
  });
}

interface Reason {
  readonly code: PodReasonCode;
  readonly words: string;
}

function reasonOf({ status }: Pod): Reason | undefined {
  const condition = (type: string) => status.conditions.find((each) => each.type === type);
  if (condition('Ready')?.status === 'True') return undefined;
  const scheduled = condition('PodScheduled');
  if (scheduled?.status === 'False') {
    if (otherArchitecture.test(scheduled.message)) return wrongArchitecture;
    return { code: 'unschedulable', words: `no node fits: ${short(scheduled.message)}` };
  }
  for (const each of [...status.initContainerStatuses, ...status.containerStatuses]) {
    const trouble = troubleOf(each);
    if (trouble !== undefined) return trouble;
  }
  const isRunning = status.containerStatuses.some(
    (each) => (each.state?.running ?? undefined) !== undefined,
  );
  return isRunning
    ? { code: 'loading', words: 'running, not ready (loading the model)' }
    : { code: 'starting', words: 'starting' };
}

const wrongArchitecture: Reason = {
  code: 'unfit_machine',
  words: 'the image is built for another CPU architecture than the machine has (exec format)',
};

function unfitMachine({ name, state, lastState }: Container): Reason | undefined {
  const last = state?.terminated ?? lastState?.terminated;
  const told = `${state?.waiting?.message ?? ''}\n${last?.message ?? ''}`;
  if (otherArchitecture.test(told)) return wrongArchitecture;
  if (last?.exitCode !== illegalInstructionCode && !illegalInstruction.test(last?.message ?? '')) {
    return undefined;
  }
  const words = `${name} needs a CPU with AVX-512, which the machine does not have (illegal instruction, exit code ${last?.exitCode})`;
  return { code: 'unfit_machine', words };
}

function troubleOf(container: Container): Reason | undefined {
  const unfit = unfitMachine(container);
  if (unfit !== undefined) return unfit;
  const { waiting, terminated } = container.state ?? {};
  const last = terminated ?? container.lastState?.terminated;
  if (waiting?.reason.includes('Image') === true || waiting?.reason === 'ErrImagePull') {
    return { code: 'image_pull', words: `image pull fails: ${short(waiting.message)}` };
  }
  if (waiting?.reason.startsWith('CreateContainer') === true) {
    return { code: 'bad_config', words: `cannot start: ${short(waiting.message)}` };
  }
  if (last === undefined || last === null || (last.exitCode === 0 && last.reason !== 'OOMKilled')) {
    return undefined;
  }
  if (last.reason === 'OOMKilled') {
    return {
      code: 'out_of_memory',
      words: `out of memory (OOMKilled), ${restartsOf(container)}`,
    };
  }
  if (refusedToken.test(last.message)) {
    return { code: 'token_refused', words: 'Hugging Face rejects the token' };
  }
  const words = `${container.name} exits with code ${last.exitCode}, ${restartsOf(container)}: ${short(lastLine(last.message))}`;
  return { code: 'crashing', words };
}

const restartsOf = ({ restartCount }: Container): string => plural(restartCount, 'restart');

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return 'no message';
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
