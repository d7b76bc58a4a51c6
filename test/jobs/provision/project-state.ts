// Sandbox project state for tests, broken and restored: Google, Apigee and Hugging Face.
import type { ApigeeState, Organization } from '../../../sandbox/apigee/state.ts';
import type { GoogleState, Project, Subnetwork } from '../../../sandbox/google/state.ts';
import type { HuggingFaceState } from '../../../sandbox/huggingface/huggingface.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

export type ProjectState = ReturnType<typeof openProjectState>;

export function openProjectState(sandbox: Sandbox) {
  const stateOf = <T extends object>(service: string): T =>
    sandbox.context.state<T>(service, () => {
      throw new Error(`The sandbox has no state of ${service}.`);
    });
  const google = stateOf<GoogleState>('google');
  const apigee = stateOf<ApigeeState>('apigee');
  const hub = stateOf<HuggingFaceState>('huggingface');
  // Tokens that are issued in between stay valid.
  const kept = () => JSON.stringify([{ ...google, tokens: undefined }, apigee, hub]);
  const seeded = kept();

  const project = (): Project => the(google.projects['llm-demo'], 'the project');
  const organization = (): Organization =>
    the(apigee.organizations['llm-demo'], 'the organization');
  const subnets = () => the(project().compute.subnetworks['us-central1'], 'the region');
  return {
    caller: () => google.caller,
    project,
    organization,
    instance: () => the(organization().instances['instance-us-central1'], 'the instance'),
    hub: () => hub,
    quotas: () => the(project().compute.quotas['us-central1'], 'the quotas'),
    removeOrganization: () => void (apigee.organizations = {}),
    addSubnet: (over: Partial<Subnetwork> & { name: string }) => {
      const like = the(subnets()['default'], 'the subnetwork');
      subnets()[over.name] = { ...like, ipCidrRange: '10.4.0.0/24', ...over };
    },
    addEnvironment: (over: Partial<Organization['environments'][string]>) => {
      organization().environments['apim-op-env'] = { ...environment, ...over };
    },
    enableAllApis: () => {
      const apis = ['container.googleapis.com', 'networkservices.googleapis.com'];
      project().enabledServices.push(...apis);
    },
    /** Changed in place, because services keep references to their state. */
    reset: () => {
      const [first, second, third] = JSON.parse(seeded) as [object, object, object];
      Object.assign(google, first);
      Object.assign(apigee, second);
      Object.assign(hub, third);
    },
    /** All resources of the sandbox, and the billable ones. */
    inventory: async (): Promise<{ world: unknown; billable: unknown }> => {
      const answer = await fetch(`${sandbox.url}/_sandbox/world`);
      const { billable, ...world } = (await answer.json()) as Record<string, unknown>;
      return { world: { ...world, google: kept() }, billable };
    },
  };
}

const environment: Organization['environments'][string] = {
  name: 'apim-op-env',
  displayName: 'apim-op-env',
  state: 'ACTIVE',
  type: 'COMPREHENSIVE',
  deploymentType: 'PROXY',
  apiProxyType: 'PROGRAMMABLE',
  properties: {},
  createdAt: 0,
};

function the<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`The sandbox lacks ${what}.`);
  return found;
}
