// What the model server imitates of vLLM.
import type { CoverageRow } from '../core/coverage.ts';

const follows = "vLLM's OpenAI-compatible server, 0.8 (errors of 0.10 by image tag)";
const shownBy = 'test/sandbox/vllm/vllm.test.ts';

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
    missing: 'a language model, tools, images, logprobs; only the last user message is answered',
  },
  { method: 'GET /v1/models', state: 'supported', follows, shownBy },
  { method: 'GET /health', state: 'supported', follows, shownBy },
  { method: 'GET /version', state: 'supported', follows, shownBy },
];
