// Test setup of the Apigee operator and its dependencies, as helm installs them.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { expect, vi } from 'vitest';
import { operatorRoles } from '../../controllers/apigee-operator/operator.ts';
import type { NewObject, OpenCluster } from './open-cluster.ts';

export const environmentName = 'apim-op-env';

const templates = fileURLToPath(
  new URL('../../registry/charts/apigee-apim-operator-crds/templates/', import.meta.url),
);

export async function installOperator(open: OpenCluster): Promise<void> {
  for (const file of readdirSync(templates)) {
    open.create(parse(readFileSync(`${templates}${file}`, 'utf8')) as NewObject);
  }
  await vi.waitFor(() =>
    expect(open.cluster.store.serves('apim.googleapis.com', 'APIOperationSet')).toBe(true),
  );
  open.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apim' } });
  open.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: 'apim-ksa',
      namespace: 'apim',
      annotations: { 'iam.gke.io/gcp-service-account': emailOf(open) },
    },
  });
  open.create(operatorDeployment(open));
}

export function operatorDeployment(open: OpenCluster): NewObject {
  const { projectId } = open.context.seed;
  const env = [
    { name: 'PROJECT_ID', value: projectId },
    { name: 'APIGEE_ORG', value: projectId },
    { name: 'GENERATE_ENV', value: 'FALSE' },
  ];
  const image = 'us-docker.pkg.dev/apigee-release/apigee-k8s-tooling/apim-operator:1.1.1';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'apigee-apim-operator', namespace: 'apim' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'apigee-apim-operator' } },
      template: {
        metadata: { labels: { app: 'apigee-apim-operator' } },
        spec: {
          serviceAccountName: 'apim-ksa',
          containers: [{ name: 'apim-operator', image, env }],
        },
      },
    },
  };
}

const emailOf = (open: OpenCluster): string =>
  `apigee-apim-gsa@${open.context.seed.projectId}.iam.gserviceaccount.com`;

/** Service account, roles and Workload Identity, with grants already in effect. */
export function grantIdentity(open: OpenCluster): void {
  const { projectId } = open.context.seed;
  const project = open.google.state.projects[projectId];
  if (project === undefined) throw new Error('The project is missing.');
  const email = emailOf(open);
  const member = `serviceAccount:${projectId}.svc.id.goog[apim/apim-ksa]`;
  const policy = { version: 1, etag: 'BwYtWq0sBQE=', effectiveAt: {} };
  project.serviceAccounts[email] = {
    email,
    uniqueId: '100000000000000000001',
    displayName: '',
    description: '',
    etag: 'BwYtWq0sBQE=',
    disabled: false,
    policy: {
      ...policy,
      bindings: [{ role: 'roles/iam.workloadIdentityUser', members: [member] }],
    },
  };
  for (const role of operatorRoles) {
    project.policy.bindings.push({ role, members: [`serviceAccount:${email}`] });
  }
  project.enabledServices.push('networkservices.googleapis.com');
}

export function createEnvironment(
  open: OpenCluster,
  more: { type?: 'BASE' | 'COMPREHENSIVE'; isExtensible?: boolean } = {},
): void {
  const { apigeeInstance } = open.context.seed;
  open.organization.environments[environmentName] = {
    name: environmentName,
    displayName: environmentName,
    state: 'ACTIVE',
    type: more.type ?? 'COMPREHENSIVE',
    deploymentType: 'PROXY',
    apiProxyType: 'PROGRAMMABLE',
    properties: { 'apigee-service-extension-enabled': String(more.isExtensible ?? true) },
    createdAt: Date.now(),
  };
  const instance = open.organization.instances[apigeeInstance];
  if (instance === undefined) throw new Error('The instance is missing.');
  instance.attachments['attachment-1'] = {
    name: 'attachment-1',
    environment: environmentName,
    createdAt: Date.now(),
  };
}
