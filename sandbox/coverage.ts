// Which methods each service imitates, after which document, shown by which test.
import { apigeeCoverage } from './apigee/coverage.ts';
import { controllersCoverage } from './controllers/coverage.ts';
import type { CoverageRow } from './core/coverage.ts';
import { dataplaneCoverage } from './dataplane/coverage.ts';
import { gkeCoverage } from './gke/coverage.ts';
import { googleCoverage, metadataCoverage } from './google/coverage.ts';
import { huggingFaceCoverage } from './huggingface/coverage.ts';
import { kubernetesCoverage } from './kubernetes/coverage.ts';
import { registryCoverage } from './registry/coverage.ts';
import { slackCoverage } from './slack/coverage.ts';
import { vllmCoverage } from './vllm/coverage.ts';

export const coverage: Readonly<Record<string, readonly CoverageRow[]>> = {
  gke: gkeCoverage,
  google: googleCoverage,
  metadata: metadataCoverage,
  kubernetes: kubernetesCoverage,
  apigee: apigeeCoverage,
  controllers: controllersCoverage,
  dataplane: dataplaneCoverage,
  registry: registryCoverage,
  slack: slackCoverage,
  vllm: vllmCoverage,
  huggingface: huggingFaceCoverage,
};
