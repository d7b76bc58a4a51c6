// Coverage of the Hugging Face Hub.
import type { CoverageRow } from '../core/coverage.ts';

const row = {
  state: 'partial',
  follows: 'https://huggingface.co/docs/hub/api',
  shownBy: 'test/clients/huggingface/client.test.ts',
} as const;

export const huggingFaceCoverage: readonly CoverageRow[] = [
  { ...row, method: 'GET /api/whoami-v2', missing: 'organizations, fine-grained scopes' },
  {
    ...row,
    method: 'GET /api/models/{model}/auth-check',
    missing: 'every model exists unless its name says does-not-exist; licences by owner',
  },
];
