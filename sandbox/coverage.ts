// What each service imitates, method by method, and which unmodified clients drive it, shown by which test.
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

const by = (client: string, test: string): DrivingClient => ({ client, test: `test/${test}` });

const kubectl = by('kubectl', 'long/clients/kubectl.test.ts');
const helm = by('helm', 'long/clients/helm.test.ts');
const openai = by('openai', 'long/clients/openai.test.ts');

export const coverage: Readonly<Record<string, ServiceCoverage>> = {
  gke: {
    clients: [by('@google-cloud/container', 'sandbox/gke/open-gke.ts')],
    methods: gkeCoverage,
  },
  google: {
    clients: [
      by('googleapis', 'sandbox/google/access.test.ts'),
      by('googleapis', 'sandbox/google/compute.test.ts'),
      by('googleapis', 'sandbox/google/service-usage.test.ts'),
    ],
    methods: googleCoverage,
  },
  metadata: {
    clients: [by('google-auth-library', 'sandbox/google/metadata.test.ts')],
    methods: metadataCoverage,
  },
  kubernetes: {
    clients: [
      kubectl,
      helm,
      by('@kubernetes/client-node', 'sandbox/kubernetes/client-node.test.ts'),
    ],
    methods: kubernetesCoverage,
  },
  apigee: {
    clients: [by('googleapis', 'long/clients/apigee.test.ts')],
    methods: apigeeCoverage,
  },
  controllers: { clients: [kubectl, helm], methods: controllersCoverage },
  dataplane: { clients: [openai], methods: dataplaneCoverage },
  registry: {
    clients: [by('helm', 'sandbox/registry/helm-install.test.ts')],
    methods: registryCoverage,
  },
  slack: {
    clients: [
      by('@slack/web-api', 'sandbox/slack/web-api.test.ts'),
      by('@slack/socket-mode', 'sandbox/slack/socket-mode.test.ts'),
      by('@slack/bolt', 'sandbox/slack/support/bolt-bots.ts'),
    ],
    methods: slackCoverage,
  },
  vllm: { clients: [openai], methods: vllmCoverage },
  // Its own client reads models and files with fetch; no other is on npm for Node.
  huggingface: {
    clients: [by('fetch', 'clients/huggingface/client.test.ts')],
    methods: huggingFaceCoverage,
  },
};
