// Forwarding rules of Envoy-based load balancers, managed by GKE's gateway controller.
// https://docs.cloud.google.com/compute/docs/reference/rest/v1/forwardingRules
import type { ApiCall } from '../serve-api.ts';
import type { ForwardingRule, Project } from '../state.ts';
import { compileFilter } from './list-filter.ts';
import { selfLink } from './urls.ts';

export function listForwardingRules(project: Project, region: string, call: ApiCall): unknown {
  const matches = compileFilter(call.query.get('filter') ?? '');
  const { projectId } = project;
  return {
    kind: 'compute#forwardingRuleList',
    id: `projects/${projectId}/regions/${region}/forwardingRules`,
    items: rulesOf(project)
      .filter((rule) => rule.region === region)
      .map((rule) => show(projectId, rule))
      .filter(matches),
    selfLink: selfLink(`projects/${projectId}/regions/${region}/forwardingRules`),
  };
}

export const rulesOf = ({ compute }: Project): ForwardingRule[] =>
  Object.values(compute.forwardingRules ?? {});

function show(projectId: string, rule: ForwardingRule): Record<string, unknown> {
  const { id, name, region, network, address, ports, createdAt } = rule;
  return {
    kind: 'compute#forwardingRule',
    id,
    creationTimestamp: createdAt,
    name,
    region: selfLink(`projects/${projectId}/regions/${region}`),
    IPAddress: address,
    IPProtocol: 'TCP',
    portRange: `${Math.min(...ports)}-${Math.max(...ports)}`,
    loadBalancingScheme: 'EXTERNAL_MANAGED',
    network: selfLink(`projects/${projectId}/global/networks/${network}`),
    networkTier: 'PREMIUM',
    selfLink: selfLink(`projects/${projectId}/regions/${region}/forwardingRules/${name}`),
  };
}
