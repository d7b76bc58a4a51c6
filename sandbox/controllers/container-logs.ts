// Log of a container, derived from its program and status.
import type { KubeObject, LogSource } from '../kubernetes/cluster.ts';
import { statusOf } from './conditions.ts';
import type { ContainerState } from './container-run.ts';
import { argument, isModelServer } from './programs.ts';
import { type Container, readPodSpec } from './workload.ts';

export const containerLog: LogSource = (pod, name, previous) => {
  const spec = readPodSpec(pod['spec']);
  const container = [...spec.containers, ...spec.initContainers].find((one) => one.name === name);
  const state = stateOf(pod, name);
  if (container === undefined || state === undefined) return undefined;
  const last = state.lastState?.terminated;
  // Between two runs the log is that of the finished run.
  if (previous || (last !== undefined && 'waiting' in state.state)) {
    return last === undefined ? undefined : lines(...greeting(container), last.message ?? '');
  }
  if (!('running' in state.state)) return undefined;
  return lines(...greeting(container), ...(state.ready ? readiness(container) : []));
};

function stateOf(pod: KubeObject, name: string): ContainerState | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = statusOf(pod) as {
    containerStatuses?: ContainerState[];
    initContainerStatuses?: ContainerState[];
  };
  return [...containerStatuses, ...initContainerStatuses].find((one) => one.name === name);
}

const lines = (...all: string[]): string =>
  all
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('');

function greeting(container: Container): string[] {
  if (!isModelServer(container)) return [];
  const model = argument(container, '--model') ?? 'facebook/opt-125m';
  return [
    'INFO [api_server.py] vLLM API server',
    `INFO [loader.py] Loading weights of ${model} from Hugging Face`,
  ];
}

function readiness(container: Container): string[] {
  if (!isModelServer(container)) return [];
  const port = argument(container, '--port') ?? '8000';
  return [
    `INFO [api_server.py] Starting vLLM API server on http://0.0.0.0:${port}`,
    'INFO:     Started server process [1]',
    'INFO:     Waiting for application startup.',
    'INFO:     Application startup complete.',
  ];
}
