// Apigee's management API: organizations, environments, products, developers and keys.
// https://docs.cloud.google.com/apigee/docs/reference/apis/apigee/rest
import type { Billable, SandboxContext, SandboxService } from '../core/context.ts';
import { createTimers } from '../core/timers.ts';
import type { Identity } from '../google/identity.ts';
import { type Api, serveApi } from '../google/serve-api.ts';
import { appMethods } from './apps.ts';
import { deploymentMethods } from './deployments.ts';
import { developerMethods } from './developers.ts';
import { envGroupMethods } from './env-groups.ts';
import { environmentMethods } from './environments.ts';
import { flowHookMethods } from './flow-hooks.ts';
import { keyMethods } from './keys.ts';
import { createOperations } from './operations.ts';
import { attachmentMethods, organizationMethods } from './organizations.ts';
import { productMethods } from './products.ts';
import { seedApigee } from './seed.ts';
import { statsMethods } from './stats.ts';
import type { ApigeeState, Organization } from './state.ts';

export interface Apigee extends SandboxService {
  readonly state: ApigeeState;
  readonly api: Api;
}

export interface ApigeeDeps {
  readonly identity: Identity;
  /** Request limit of Apigee for all callers together; absent: its documented limit. */
  readonly callsPerMinute?: number | undefined;
}

export function createApigee(ctx: SandboxContext, deps: ApigeeDeps): Apigee {
  const state = ctx.state('apigee', () => seedApigee(ctx.seed));
  const timers = createTimers(ctx.clock);
  const operations = createOperations(ctx, state, timers);
  const api: Api = {
    service: 'apigee',
    host: 'apigee.googleapis.com',
    title: 'Apigee API',
    prefix: '/apigee',
    callsPerMinute: deps.callsPerMinute ?? 6000,
    methods: [
      ...organizationMethods(state),
      ...attachmentMethods(state, operations),
      ...environmentMethods(ctx, state, operations),
      ...envGroupMethods(state, operations),
      ...deploymentMethods(ctx, state),
      ...flowHookMethods(ctx, state),
      ...productMethods(ctx, state),
      ...developerMethods(ctx, state),
      ...appMethods(ctx, state),
      ...keyMethods(ctx, state),
      ...statsMethods(ctx, state),
    ],
  };
  serveApi(ctx, deps.identity, api);
  return {
    name: 'apigee',
    state,
    api,
    world: () => masked(state),
    billable: () => Object.values(state.organizations).flatMap(billableOf),
    stop: async () => timers.stop(),
  };
}

/** An environment costs money once it is attached to an instance. */
function billableOf(org: Organization): Billable[] {
  const attached = Object.values(org.instances).flatMap((instance) =>
    Object.values(instance.attachments).map((one) => one.environment),
  );
  return [...new Set(attached)].map((environment) => ({
    service: 'apigee',
    kind: 'Environment',
    name: `organizations/${org.name}/environments/${environment}`,
  }));
}

/** The state without keys and secrets: a key shows only its first characters, to tell keys apart. */
function masked(state: ApigeeState): unknown {
  return JSON.parse(
    JSON.stringify(state, (field: string, value: unknown) => {
      if (field === 'consumerSecret') return '****';
      return field === 'consumerKey' && typeof value === 'string'
        ? `${value.slice(0, 4)}****`
        : value;
    }),
  );
}
