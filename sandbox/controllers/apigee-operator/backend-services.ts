// ApigeeBackendService controller: environment check, connection, and the backing APIMExtensionPolicy.
import type { ApigeeState, Environment } from '../../apigee/state.ts';
import type { SandboxContext } from '../../core/context.ts';
import type { KubeObject } from '../../kubernetes/cluster.ts';
import { refOf } from '../conditions.ts';
import type { ControllerDeps } from '../deps.ts';
import { kinds } from '../kinds.ts';
import type { Controller, Pass } from '../loop.ts';
import { ownerReference } from '../workload.ts';
import { deployProxy, removeProxy } from './deployments.ts';
import { ensureEnvGroup } from './env-groups.ts';
import {
  addFinalizer,
  failed,
  findOperator,
  mayAct,
  type Operator,
  deniedError,
  removeFinalizer,
} from './operator.ts';
import { hasState, report } from './status.ts';
import { type BackendServiceSpec, readBackendService } from './views.ts';

/** Proxy, Private Service Connect endpoint group and backend service take about 90 seconds. */
const createMs = 90_000;
const deleteMs = 30_000;
const retryMs = 30_000;

export function backendServices(context: SandboxContext, deps: ControllerDeps): Controller {
  return {
    name: 'apigee-backend-services',
    watches: [kinds.backendService, kinds.extensionPolicy, kinds.deployment, kinds.serviceAccount],
    reconcile: (pass) => {
      const operator = findOperator(pass);
      if (operator === undefined) return;
      const allowed = mayAct(pass, operator, deps);
      for (const service of pass.list(kinds.backendService)) {
        if (!allowed) deny(pass, service, context);
        else if (service.metadata.deletionTimestamp === undefined) {
          create(pass, service, { operator, context, deps });
        } else remove(pass, service, { operator, context, deps });
      }
    },
  };
}

function deny(pass: Pass, service: KubeObject, context: SandboxContext): void {
  pass.again(retryMs);
  const isSettled = hasState(service, 'CREATED');
  if (isSettled || service.metadata.deletionTimestamp !== undefined) return;
  addFinalizer(pass, service, refOf(service));
  pass.forget(`${service.metadata.uid}/create`);
  report(context, pass, service, { state: failed, error: deniedError });
}

function remove(pass: Pass, service: KubeObject, { operator, context, deps }: Around): void {
  if (!pass.passed(`${service.metadata.uid}/delete`, deleteMs)) return;
  const environment = readBackendService(service).apigeeEnv ?? '';
  const around = {
    context,
    apigee: deps.apigee,
    organization: operator.organization,
    environment,
  };
  removeProxy(around, service.metadata.name);
  pass.store.delete({ ...refOf(service), kind: kinds.extensionPolicy.kind });
  removeFinalizer(pass, refOf(service));
}

interface Around {
  readonly operator: Operator;
  readonly context: SandboxContext;
  readonly deps: ControllerDeps;
}

function create(pass: Pass, service: KubeObject, around: Around): void {
  addFinalizer(pass, service, refOf(service));
  const spec = readBackendService(service);
  const { apigee } = around.deps;
  const problem = problemOf(spec, around.operator, around.deps);
  if (problem !== undefined) {
    pass.forget(`${service.metadata.uid}/create`);
    pass.again(retryMs);
    return report(around.context, pass, service, { state: failed, error: problem });
  }
  const { uid, generation } = service.metadata;
  if (!pass.passed(`${uid}/create/${generation ?? 1}`, createMs)) return;
  const environment = spec.apigeeEnv ?? '';
  ensureEnvGroup(around.context, apigee, around.operator.organization, environment);
  const { context, operator } = around;
  const { organization } = operator;
  deployProxy({ context, apigee, organization, environment }, service.metadata.name);
  ensurePolicy(pass, service, spec, context);
  report(around.context, pass, service, { state: 'CREATED' });
}

function problemOf(
  spec: BackendServiceSpec,
  operator: Operator,
  deps: ControllerDeps,
): string | undefined {
  const { organization, projectId } = operator;
  const org = deps.apigee.organizations[organization];
  if (org === undefined) return `organization "${organization}" not found`;
  if (spec.apigeeEnv === undefined) {
    return operator.generatesEnvironment
      ? 'generated environments are not imitated by the sandbox: name one in spec.apigeeEnv'
      : 'spec.apigeeEnv is required as generateEnv is FALSE';
  }
  const environment = org.environments[spec.apigeeEnv];
  if (environment === undefined) {
    return `environment "${spec.apigeeEnv}" not found in organization "${organization}"`;
  }
  const unfit = unfitness(environment);
  if (unfit !== undefined) return unfit;
  if (!deps.identity.isServiceEnabled(projectId, 'networkservices.googleapis.com')) {
    return `Network Services API has not been used in project ${projectId} before or it is disabled.`;
  }
  for (const location of spec.locations) {
    if (!isAttachedIn(deps.apigee, organization, environment.name, location.name)) {
      return `environment "${environment.name}" is not attached to an instance in ${location.name}`;
    }
    const subnet = location.subnetwork.split('/').at(-1) ?? location.subnetwork;
    if (!deps.compute.hasSubnetwork(projectId, location.name, subnet)) {
      return `The resource '${location.subnetwork}' was not found`;
    }
  }
  return undefined;
}

function unfitness(environment: Environment): string | undefined {
  if (environment.state !== 'ACTIVE') return `environment "${environment.name}" is not ACTIVE`;
  if (environment.properties['apigee-service-extension-enabled'] !== 'true') {
    return `environment "${environment.name}" does not have the property apigee-service-extension-enabled=true`;
  }
  return environment.type === 'BASE'
    ? `environment "${environment.name}" is of type BASE, which cannot take extensible proxies`
    : undefined;
}

function isAttachedIn(
  apigee: ApigeeState,
  organization: string,
  environment: string,
  region: string,
): boolean {
  return Object.values(apigee.organizations[organization]?.instances ?? {}).some(
    (instance) =>
      instance.location === region &&
      Object.values(instance.attachments).some((one) => one.environment === environment),
  );
}

function ensurePolicy(
  pass: Pass,
  service: KubeObject,
  spec: BackendServiceSpec,
  context: SandboxContext,
): void {
  const { name, namespace = 'default' } = service.metadata;
  const { group, kind, apiVersion } = kinds.extensionPolicy;
  const ref = { group, kind, namespace, name };
  if (pass.store.get(ref) === undefined) {
    pass.store.create({
      apiVersion,
      kind,
      metadata: { name, namespace, ownerReferences: [ownerReference(service)] },
      spec: {
        apigeeEnv: spec.apigeeEnv,
        location: spec.locations[0]?.name,
        failOpen: false,
        timeout: '1000ms',
        defaultSecurityEnabled: spec.defaultSecurityEnabled,
      },
    });
  }
  const policy = pass.store.get(ref);
  if (policy !== undefined) report(context, pass, policy, { state: 'RUNNING' });
}
