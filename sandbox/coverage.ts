// Coverage of each service by method, with its unmodified clients and tests.
import { apigeeCoverage } from './apigee/coverage.ts';
import { controllersCoverage } from './controllers/coverage.ts';
import type { DrivingClient, ServiceCoverage } from './core/coverage.ts';
import { dataplaneCoverage } from './dataplane/coverage.ts';
import { gkeCoverage } from './gke/coverage.ts';
import { googleCoverage, metadataCoverage } from './google/coverage.ts';
import { huggingFaceCoverage } from './huggingface/coverage.ts';
import { kubernetesCoverage } from './kubernetes/coverage.ts';
import { registryCoverage } from './registry/coverage.ts';
import { slackCoverage } from './slack/coverage.ts';
import { vllmCoverage } from './vllm/coverage.ts';

const by = (client: string, test: string): DrivingClient => ({ client, test });

const kubectl = by('kubectl', 'sandbox/test/long/clients/kubectl.test.ts');
const helm = by('helm', 'sandbox/test/long/clients/helm.test.ts');
const openai = by('openai', 'sandbox/test/long/clients/openai.test.ts');

export const coverage: Readonly<Record<string, ServiceCoverage>> = {
  gke: {
    clients: [by('@google-cloud/container', 'sandbox/test/gke/open-gke.ts')],
    methods: gkeCoverage,
  },
  google: {
    clients: [
      by('googleapis', 'sandbox/test/google/access.test.ts'),
      by('googleapis', 'sandbox/test/google/compute.test.ts'),
      by('googleapis', 'sandbox/test/google/service-usage.test.ts'),
    ],
    methods: googleCoverage,
  },
  metadata: {
    clients: [by('google-auth-library', 'sandbox/test/google/metadata.test.ts')],
    methods: metadataCoverage,
  },
  kubernetes: {
    clients: [
      kubectl,
      helm,
      by('@kubernetes/client-node', 'sandbox/test/kubernetes/client-node.test.ts'),
    ],
    methods: kubernetesCoverage,
  },
  apigee: {
    clients: [by('googleapis', 'sandbox/test/long/clients/apigee.test.ts')],
    methods: apigeeCoverage,
  },
  controllers: { clients: [kubectl, helm], methods: controllersCoverage },
  dataplane: { clients: [openai], methods: dataplaneCoverage },
  registry: {
    clients: [by('helm', 'sandbox/test/registry/helm-install.test.ts')],
    methods: registryCoverage,
  },
  slack: {
    clients: [
      by('@slack/web-api', 'sandbox/test/slack/web-api.test.ts'),
      by('@slack/socket-mode', 'sandbox/test/slack/socket-mode.test.ts'),
      by('@slack/bolt', 'sandbox/test/slack/support/bolt-bots.ts'),
    ],
    methods: slackCoverage,
  },
  vllm: { clients: [openai], methods: vllmCoverage },
  // Its own client reads models and files with fetch; no other client is on npm for Node.
  huggingface: {
    clients: [by('fetch', 'test/clients/huggingface/client.test.ts')],
    methods: huggingFaceCoverage,
  },
};
