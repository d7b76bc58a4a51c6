// Deployments of API proxies and shared flows, with their dependents.
import type { SandboxContext } from '../core/context.ts';
import { ApiError, notFound } from '../google/api-error.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { environmentOf, organizationOf } from './lookup.ts';
import type {
  ApigeeState,
  Bundle,
  BundleKind,
  Deployment,
  Environment,
  Organization,
} from './state.ts';

const root = '/v1/organizations/{organization}';
const inEnvironment = `${root}/environments/{environment}`;

/** Time from the undeployment request until the deployment is gone. */
const undeployMs = 10_000;

const collections = { proxies: 'apis', sharedFlows: 'sharedflows' } as const;
const permissions = { proxies: 'proxies', sharedFlows: 'sharedflows' } as const;

export function deploymentMethods(ctx: SandboxContext, state: ApigeeState): ApiMethod[] {
  const listed = (environments: readonly Environment[], call: ApiCall): object => {
    const kind = call.query.get('sharedFlows') === 'true' ? 'sharedFlows' : 'proxies';
    return list(environments, (one) => one.kind === kind, ctx);
  };
  return [
    {
      id: 'apigee.organizations.deployments.list',
      verb: 'GET',
      path: `${root}/deployments`,
      permission: 'apigee.deployments.list',
      answer: (call) => {
        const org = organizationOf(state, call);
        return listed(Object.values(org.environments), call);
      },
    },
    {
      id: 'apigee.organizations.environments.deployments.list',
      verb: 'GET',
      path: `${inEnvironment}/deployments`,
      permission: 'apigee.deployments.list',
      answer: (call) => {
        const org = organizationOf(state, call);
        return listed([environmentOf(org, call.params['environment'] ?? '')], call);
      },
    },
    ...bundleMethods(ctx, state, 'proxies'),
    ...bundleMethods(ctx, state, 'sharedFlows'),
  ];
}

function bundleMethods(ctx: SandboxContext, state: ApigeeState, kind: BundleKind): ApiMethod[] {
  const collection = collections[kind];
  const path = `${root}/${collection}`;
  const found = (call: ApiCall): { org: Organization; bundle: Bundle } => {
    const org = organizationOf(state, call);
    const name = call.params['bundle'] ?? '';
    const bundle = org[kind]?.[name];
    if (bundle === undefined)
      throw notFound(`organizations/${org.name}/${collection}/${name} not found`);
    return { org, bundle };
  };
  return [
    {
      id: `apigee.organizations.${collection}.get`,
      verb: 'GET',
      path: `${path}/{bundle}`,
      permission: `apigee.${permissions[kind]}.get`,
      answer: (call) => showBundle(found(call).bundle),
    },
    {
      id: `apigee.organizations.${collection}.delete`,
      verb: 'DELETE',
      path: `${path}/{bundle}`,
      permission: `apigee.${permissions[kind]}.delete`,
      answer: (call) => {
        const { org, bundle } = found(call);
        const holder = Object.values(org.environments).find((one) =>
          deploymentsIn(one, ctx).some((own) => own.kind === kind && own.name === bundle.name),
        );
        if (holder !== undefined) {
          throw precondition(
            `cannot delete "${bundle.name}": it is deployed in environment "${holder.name}"`,
          );
        }
        delete org[kind]?.[bundle.name];
        ctx.changed('apigee');
        return showBundle(bundle);
      },
    },
    {
      id: `apigee.organizations.environments.${collection}.revisions.undeploy`,
      verb: 'DELETE',
      path: `${inEnvironment}/${collection}/{bundle}/revisions/{revision}/deployments`,
      permission: 'apigee.deployments.delete',
      answer: (call) => {
        const { org, bundle } = found(call);
        const environment = environmentOf(org, call.params['environment'] ?? '');
        const revision = call.params['revision'] ?? '';
        const deployed = deploymentsIn(environment, ctx).find(
          (one) => one.kind === kind && one.name === bundle.name && one.revision === revision,
        );
        if (deployed === undefined) {
          throw notFound(`revision ${revision} of "${bundle.name}" is not deployed`);
        }
        assertUncalled(org, environment, deployed, ctx);
        deployed.goneAt ??= ctx.clock.now() + ctx.clock.scaled(undeployMs);
        ctx.changed('apigee');
        return {};
      },
    },
  ];
}

/** Current deployments: those undeployed long enough ago are dropped. */
export function deploymentsIn(
  environment: Environment,
  { clock }: Pick<SandboxContext, 'clock'>,
): Deployment[] {
  return (environment.deployments ?? []).filter(
    ({ goneAt }) => goneAt === undefined || goneAt > clock.now(),
  );
}

/** Imports a missing bundle, and deploys its newest revision where none is deployed. */
export function deploy(
  ctx: SandboxContext,
  org: Organization,
  environment: Environment,
  { kind, name, calls = [] }: { kind: BundleKind; name: string; calls?: string[] },
): void {
  const now = ctx.clock.now();
  const known = (org[kind] ??= {});
  const bundle = (known[name] ??= { name, revisions: ['1'], calls, createdAt: now });
  const isDeployed = (one: Deployment): boolean =>
    one.kind === kind && one.name === name && one.goneAt === undefined;
  if (deploymentsIn(environment, ctx).some(isDeployed)) return;
  const others = deploymentsIn(environment, ctx).filter((one) => one.name !== name);
  const revision = bundle.revisions.at(-1) ?? '1';
  environment.deployments = [...others, { kind, name, revision, startedAt: now }];
  ctx.changed('apigee');
}

/** A proxy that calls the flow, or a flow hook that runs it, blocks its removal. */
function assertUncalled(
  org: Organization,
  environment: Environment,
  { kind, name }: Deployment,
  ctx: SandboxContext,
): void {
  if (kind !== 'sharedFlows') return;
  const caller = deploymentsIn(environment, ctx).find(
    (one) => one.kind === 'proxies' && org.proxies?.[one.name]?.calls?.includes(name) === true,
  );
  const hook = Object.entries(environment.flowHooks ?? {}).find(([, flow]) => flow === name)?.[0];
  const dependent = caller === undefined ? hook : `apis/${caller.name}`;
  if (dependent === undefined) return;
  throw new ApiError(400, 'generic::failed_precondition: undeployment validations failed', {
    code: 'FAILED_PRECONDITION',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
        violations: [
          {
            type: 'WOULD_BREAK_DEPENDENT',
            subject: `organizations/${org.name}/environments/${environment.name}/sharedflows/${name}`,
            description: `Undeploying "${name}" would break ${dependent}.`,
          },
        ],
      },
    ],
  });
}

function list(
  environments: readonly Environment[],
  matches: (deployment: Deployment) => boolean,
  ctx: SandboxContext,
): object {
  const deployments = environments.flatMap((environment) =>
    deploymentsIn(environment, ctx)
      .filter(matches)
      .map(({ name, revision, startedAt }) => ({
        environment: environment.name,
        apiProxy: name,
        revision,
        deployStartTime: String(startedAt),
      })),
  );
  return deployments.length === 0 ? {} : { deployments };
}

const showBundle = ({ name, revisions, createdAt }: Bundle): object => ({
  name,
  revision: revisions,
  latestRevisionId: revisions.at(-1) ?? '1',
  metaData: { createdAt: String(createdAt), lastModifiedAt: String(createdAt) },
});

const precondition = (message: string): ApiError =>
  new ApiError(400, `generic::failed_precondition: ${message}`, { code: 'FAILED_PRECONDITION' });
