// Checks of the cluster and of the Apigee operator in it.
import { unmetOperator } from '../../../../jobs/provision/step-parts/unmet-operator.ts';
import { describeStatus, operatorState } from '../../../../src/gateway/conditions.ts';
import { stateColumns } from '../../../../src/gateway/printer-columns.ts';
import { backendServiceRef, operatorDefinitions } from '../../../../src/gateway/resources.ts';
import { type CloudCheck, differs, held, notObserved } from '../../check.ts';
import { observeSteps } from '../step-reads.ts';
import { crossNamespacePolicy } from './cross-namespace-policy.ts';

const clusterSteps = [
  'deploy-model-server',
  'deploy-inference-pool',
  'create-gateway',
  'create-route',
  'install-apigee-operator',
  'create-backend-service',
  'attach-traffic-extension',
  'create-api-product',
  'create-operation-set',
];

export const kubernetesChecks: readonly CloudCheck[] = [
  {
    id: 'kubernetes-reads',
    needs: 'gateway',
    question: 'Do the objects of a gateway have the statuses that the steps read?',
    observedBy: 'the checks of all steps that create objects in the cluster',
    bet: 'Every step finds its objects ready.',
    observe: (cloud) => observeSteps(cloud, clusterSteps, 'done'),
  },
  {
    id: 'kubernetes-operator-status',
    openQuestion: 1,
    needs: 'gateway',
    question: 'What is the exact .status of an ApigeeBackendService?',
    observedBy: 'GET of the ApigeeBackendService and of its CustomResourceDefinition',
    bet: 'The printer columns STATE and ERRORMESSAGE name the fields; the state is `created` or `running` in any case.',
    observe: async ({ env, signal }) => {
      const kubernetes = env.clients.kubernetes(env.gateway);
      const found = await kubernetes.get(backendServiceRef(env.gateway.name), { signal });
      if (found === undefined) return notObserved('The cluster has no ApigeeBackendService.');
      const definition = {
        definition: operatorDefinitions.ApigeeBackendService,
        version: 'v1',
      };
      const columns = await stateColumns(kubernetes, definition, signal);
      const { state } = operatorState(found, columns);
      const where = `columns: ${columns.state.join(', ') || 'none'}; status: ${describeStatus(found) || 'none'}`;
      if (state === '') return differs(`no state can be read (${where})`);
      return unmetOperator(found, columns) === undefined
        ? held(`${state} (${where})`)
        : differs(`${state} counts as not ready (${where})`);
    },
  },
  crossNamespacePolicy,
];
