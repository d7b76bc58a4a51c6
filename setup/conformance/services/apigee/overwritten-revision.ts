// Check of a proxy revision deployed by hand beside the operator.
import { backendServiceName } from '../../../../src/gateway/resources.ts';
import { type CloudCheck, notObserved } from '../../check.ts';

export const overwrittenRevision: CloudCheck = {
  id: 'apigee-overwritten-revision',
  openQuestion: 6,
  needs: 'gateway',
  question: 'Does the operator overwrite a revision of its proxy that was deployed by hand?',
  observedBy: 'the deployed revision of the proxy, before and after a deployment by hand',
  bet: 'Nothing yet: llmgw deploys no revision. Policies in an own revision depend on the answer.',
  observe: async ({ env, signal }) => {
    const { apigeeEnv, name } = env.gateway;
    const proxy = backendServiceName(name);
    const deployed = (await env.clients.apigee(env.gateway).listDeployments(apigeeEnv, signal))
      .filter((one) => one.kind === 'proxy' && one.name === proxy)
      .map(({ revision }) => revision);
    const now = `revision ${deployed.join(', ') || 'none'} is deployed`;
    return notObserved(
      `llmgw has no call that deploys a revision; ${now}. By hand, while a gateway is up: apigeecli apis create bundle -n PROXY -f DIR -e ENVIRONMENT --ovr --wait, then run the kit again and compare the revision.`,
    );
  },
};
