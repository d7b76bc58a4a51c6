// Coverage of the OCI registry protocol by the chart registry.
import type { CoverageRow } from '../core/coverage.ts';

const follows = 'OCI distribution specification 1.1, pull';
const shownBy = 'sandbox/test/registry/registry.test.ts';

export const registryCoverage: readonly CoverageRow[] = [
  { method: 'GET /v2/', state: 'supported', follows, shownBy },
  { method: 'GET /v2/{name}/tags/list', state: 'supported', follows, shownBy },
  { method: 'GET /v2/{name}/manifests/{reference}', state: 'supported', follows, shownBy },
  { method: 'HEAD /v2/{name}/manifests/{reference}', state: 'supported', follows, shownBy },
  { method: 'GET /v2/{name}/blobs/{digest}', state: 'supported', follows, shownBy },
  { method: 'HEAD /v2/{name}/blobs/{digest}', state: 'supported', follows, shownBy },
];
