// Checks of Google Kubernetes Engine.
import { toFault } from '../../../../src/kernel/errors.ts';
import { type CloudCheck, differs, held } from '../../check.ts';
import { observeSteps } from '../step-reads.ts';

const absentCluster = 'llmgw-conformance-absent';

export const gkeChecks: readonly CloudCheck[] = [
  {
    id: 'gke-cluster-reads',
    needs: 'project',
    question: 'Does GKE answer the reads of a plan in the form that is read?',
    observedBy: 'the check of create-cluster',
    bet: 'The answer has the fields of src/clients/gke/schema.ts.',
    observe: (cloud) => observeSteps(cloud, ['create-cluster']),
  },
  {
    id: 'gke-absent-cluster',
    needs: 'project',
    question: 'How does GKE refuse a cluster that does not exist?',
    observedBy: `GetCluster of ${absentCluster}, and GetOperation of an operation that never was`,
    bet: 'Status NOT_FOUND, which the client reads as "absent".',
    observe: async ({ env }) => {
      const { projectId, zone } = env.gateway;
      const place = { projectId, location: zone, name: absentCluster };
      const cluster = await env.clients.gke.getCluster(place);
      const operation = await env.clients.gke
        .getOperation(place, 'operation-0-llmgw-conformance')
        .catch((error: unknown) => toFault(error));
      if (cluster !== undefined) return differs('a cluster that nobody created was found');
      return operation === undefined
        ? held('absent')
        : differs(`the operation: ${'code' in operation ? operation.code : operation.status}`);
    },
  },
];
