// Counters and last requests of the model servers, in vLLM's terms.
import type { SandboxContext } from '../core/context.ts';

/** Reason for a request's end, in vLLM's terms; `error` is an injected fault. */
export type FinishReason = 'stop' | 'length' | 'abort' | 'error';

export interface ModelRequest {
  readonly id: string;
  /** Real ms since the epoch. */
  readonly at: number;
  readonly operation: 'completions' | 'chat.completions';
  readonly model: string;
  /** The model's exact input: the prompt, or the messages of a chat. */
  readonly prompt: unknown;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly stream: boolean;
  state: 'waiting' | 'running' | FinishReason;
  /** Tokens generated so far; the final number at the end. */
  tokens: number;
}

export interface VllmState {
  running: number;
  waiting: number;
  finished: Record<FinishReason, number>;
  promptTokens: number;
  generationTokens: number;
  /** Real ms between two tokens of a stream. */
  tokenMs: number;
  /** The last ones, oldest first. */
  requests: ModelRequest[];
}

const ringSize = 40;

/** No request is running after a restart of the sandbox. */
export function openVllmState(context: SandboxContext): VllmState {
  const state = context.state<VllmState>('vllm', () => ({
    running: 0,
    waiting: 0,
    finished: { stop: 0, length: 0, abort: 0, error: 0 },
    promptTokens: 0,
    generationTokens: 0,
    tokenMs: 25,
    requests: [],
  }));
  state.running = 0;
  state.waiting = 0;
  return state;
}

export function keep(state: VllmState, request: ModelRequest): void {
  state.requests.push(request);
  state.requests.splice(0, Math.max(0, state.requests.length - ringSize));
}

/** vLLM's `GET /metrics`: the subset of the endpoint picker and most dashboards. */
export function metricsText(state: VllmState, model: string): string {
  const label = `model_name="${model}"`;
  const gauge = (name: string, value: number): string[] => [
    `# TYPE vllm:${name} gauge`,
    `vllm:${name}{${label}} ${value}`,
  ];
  return [
    ...gauge('num_requests_running', state.running),
    ...gauge('num_requests_waiting', state.waiting),
    '# TYPE vllm:request_success_total counter',
    ...Object.entries(state.finished).map(
      ([reason, count]) =>
        `vllm:request_success_total{finished_reason="${reason}",${label}} ${count}`,
    ),
    '# TYPE vllm:prompt_tokens_total counter',
    `vllm:prompt_tokens_total{${label}} ${state.promptTokens}`,
    '# TYPE vllm:generation_tokens_total counter',
    `vllm:generation_tokens_total{${label}} ${state.generationTokens}`,
    '',
  ].join('\n');
}
