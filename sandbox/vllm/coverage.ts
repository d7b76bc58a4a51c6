// Coverage of vLLM by the model servers.
import type { CoverageRow } from '../core/coverage.ts';

const follows = "vLLM's OpenAI-compatible server, 0.8 (errors of 0.10 by image tag)";
const shownBy = 'sandbox/test/vllm/vllm.test.ts';
const row = { state: 'supported', follows, shownBy } as const;

export const vllmCoverage: readonly CoverageRow[] = [
  {
    method: 'POST /v1/completions',
    state: 'partial',
    follows,
    shownBy,
    missing:
      'a language model (the answers come from a small table), logprobs, echo, best_of, token ids as prompt, sampling',
  },
  {
    method: 'POST /v1/chat/completions',
    state: 'partial',
    follows,
    shownBy,
    missing: 'a language model, tools, images, logprobs',
  },
  { ...row, method: 'event streams, with usage, and errors in their middle' },
  { ...row, method: 'refusals, in the flat and the nested shape' },
  { ...row, method: 'a queue beyond --max-num-seqs, and an end when the client goes away' },
  { ...row, method: 'GET /v1/models' },
  { ...row, method: 'GET /health' },
  { ...row, method: 'GET /version' },
  {
    method: 'GET /metrics',
    state: 'partial',
    follows,
    shownBy,
    missing: 'all but requests and tokens; the figures are of all servers together',
  },
];
