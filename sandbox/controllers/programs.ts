// Programs of containers: time until readiness, and causes of failure.
import { architectureOf, hasAvx512 } from '../google/compute/catalogue.ts';
import { isGated, isMissing } from '../huggingface/models.ts';
import type { Pass } from './loop.ts';
import { kinds } from './kinds.ts';
import { type Container, quantity } from './workload.ts';

export interface Program {
  /** Simulated ms from the start of the container until its readiness probe passes. */
  readonly readyMs: number;
  /** Simulated ms until it exits, and its exit status; absent for a program without an end. */
  readonly crash?: {
    readonly afterMs: number;
    readonly exitCode: number;
    readonly reason: 'Error' | 'OOMKilled';
    readonly message: string;
  };
}

/** 3 GB of weights are downloaded from Hugging Face to a standard disk, then loaded; then warm-up. */
const downloadMs = 4 * 60_000;
const loadMs = 5 * 60_000;
export const modelStartMs = downloadMs + loadMs;
/** Minimum resources of Qwen2.5-1.5B on a CPU. */
const leastModelMemory = 6 * 2 ** 30;
/** An argument with this text makes any container exit immediately, to test a crash. */
const crashSentinel = 'crash-on-start';

export function programOf(pass: Pass, namespace: string, container: Container): Program {
  const words = [...container.command, ...container.args];
  if (words.some((word) => word.includes(crashSentinel))) {
    return { readyMs: 0, crash: failure(1_000, `${crashSentinel} was asked for`) };
  }
  return isModelServer(container)
    ? modelServer(pass, namespace, container)
    : { readyMs: container.readinessProbe === undefined ? 1_000 : 8_000 };
}

export const isModelServer = (container: Container): boolean =>
  [container.image, ...container.command].some((word) => /vllm|llm-d-inference-sim/.test(word));

/** The value of `--name value` or `--name=value`. */
export function argument(container: Container, name: string): string | undefined {
  const words = [...container.command, ...container.args];
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  const word = words[at];
  if (word === undefined) return undefined;
  return word === name ? words[at + 1] : word.slice(name.length + 1);
}

function modelServer(pass: Pass, namespace: string, container: Container): Program {
  const model = argument(container, '--model') ?? 'facebook/opt-125m';
  const memory = quantity(container.resources.limits?.['memory']);
  const unfit = unfitCpu(pass, container);
  if (unfit !== undefined) return { readyMs: 0, crash: unfit };
  if (isMissing(model)) {
    return {
      readyMs: 0,
      crash: failure(
        10_000,
        `OSError: ${model} is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'`,
      ),
    };
  }
  if (isGated(model) && !hasToken(pass, namespace, container)) {
    return {
      readyMs: 0,
      crash: failure(
        10_000,
        `OSError: You are trying to access a gated repo. Access to model ${model} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
      ),
    };
  }
  const readyMs = modelStartMs;
  if (memory > 0 && memory < leastModelMemory) {
    return {
      readyMs,
      crash: { afterMs: downloadMs + loadMs / 2, exitCode: 137, reason: 'OOMKilled', message: '' },
    };
  }
  return { readyMs };
}

/** The official image is built for x86 with AVX-512; without it the kernel ends the process (SIGILL), and nothing is logged. */
function unfitCpu({ cluster }: Pass, { image, command }: Container): Program['crash'] {
  const { machineType } = cluster.spec.nodes;
  if (!image.includes('vllm-cpu')) return undefined;
  if (architectureOf(machineType) === 'ARM64') {
    return failure(1_000, `exec /usr/bin/${command[0] ?? 'python3'}: exec format error`);
  }
  if (hasAvx512(machineType)) return undefined;
  return { afterMs: 15_000, exitCode: 132, reason: 'Error', message: '' };
}

const failure = (afterMs: number, message: string) =>
  ({ afterMs, exitCode: 1, reason: 'Error', message }) as const;

function hasToken(pass: Pass, namespace: string, container: Container): boolean {
  return container.env.some((one) => {
    if (!['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'].includes(one.name)) return false;
    const ref = one.valueFrom?.secretKeyRef;
    if (ref === undefined) return (one.value ?? '') !== '';
    return pass.get(kinds.secret, namespace, ref.name) !== undefined;
  });
}
