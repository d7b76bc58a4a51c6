// Deployments of the operator: a proxy per backend service, one shared flow for all.
import { deploy } from '../../apigee/deployments.ts';
import type { ApigeeState } from '../../apigee/state.ts';
import type { SandboxContext } from '../../core/context.ts';
import { operatorStateOf } from './status.ts';

export const commonFlow = 'apim-common-authorization-flow';

interface Around {
  readonly context: SandboxContext;
  readonly apigee: ApigeeState;
  readonly organization: string;
  readonly environment: string;
}

export function deployProxy(
  { context, apigee, organization, environment }: Around,
  proxy: string,
): void {
  const org = apigee.organizations[organization];
  const into = org?.environments[environment];
  if (org === undefined || into === undefined) return;
  deploy(context, org, into, { kind: 'sharedFlows', name: commonFlow });
  deploy(context, org, into, { kind: 'proxies', name: proxy, calls: [commonFlow] });
}

/** Removal of the proxy with its backend service is undocumented; the shared flow always stays. */
export function removeProxy(
  { context, apigee, organization, environment }: Around,
  proxy: string,
): void {
  if (operatorStateOf(context).leaves !== 'shared-flow') return;
  const org = apigee.organizations[organization];
  const from = org?.environments[environment];
  if (org === undefined || from === undefined) return;
  from.deployments = (from.deployments ?? []).filter(
    ({ kind, name }) => kind !== 'proxies' || name !== proxy,
  );
  delete org.proxies?.[proxy];
  context.changed('apigee');
}
