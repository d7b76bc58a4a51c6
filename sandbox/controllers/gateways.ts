// Gateway controller: acceptance in seconds, programming with an address in about two minutes.
import type { SandboxContext } from '../core/context.ts';
import type { KubeObject } from '../kubernetes/cluster.ts';
import { isTrue, recordEvent, refOf, statusOf } from './conditions.ts';
import type { ControllerDeps } from './deps.ts';
import { findAddress } from './gateway-address.ts';
import { isGkeClass, needsProxySubnet } from './gateway-classes.ts';
import { type GatewayVerdict, writeGatewayStatus } from './gateway-status.ts';
import { readGateway } from './gateway-views.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';

export const gatewayFinalizer = 'gateway.finalizer.networking.gke.io';

const acceptedMs = 17_000;
const programmedMs = 95_000;
const teardownMs = 60_000;
/** Resync interval of the controller while a resource outside the cluster is missing. */
const syncMs = 30_000;

const noProxySubnet =
  'An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.';

export function gateways(context: SandboxContext, deps: ControllerDeps): Controller {
  return {
    name: 'gateways',
    watches: [kinds.gateway, kinds.httpRoute],
    reconcile: async (pass) => {
      for (const gateway of pass.list(kinds.gateway)) {
        if (!isGkeClass(readGateway(gateway).gatewayClassName)) continue;
        if (gateway.metadata.deletionTimestamp === undefined) {
          await program(pass, gateway, context, deps);
        } else tearDown(pass, gateway, deps);
      }
    },
  };
}

function tearDown(pass: Pass, gateway: KubeObject, { compute }: ControllerDeps): void {
  const { uid, finalizers } = gateway.metadata;
  if (!finalizers?.includes(gatewayFinalizer) || !pass.passed(`${uid}/teardown`, teardownMs))
    return;
  compute.removeForwardingRule(pass.cluster.spec.projectId, ruleName(gateway));
  pass.store.update(refOf(gateway), (object) => {
    object.metadata.finalizers = (object.metadata.finalizers ?? []).filter(
      (one) => one !== gatewayFinalizer,
    );
  });
}

async function program(
  pass: Pass,
  gateway: KubeObject,
  context: SandboxContext,
  deps: ControllerDeps,
): Promise<void> {
  const { uid, generation } = gateway.metadata;
  if (!isTrue(gateway['status'], 'Accepted') && !pass.passed(`${uid}/accepted`, acceptedMs)) return;
  if (!gateway.metadata.finalizers?.includes(gatewayFinalizer)) {
    pass.store.update(refOf(gateway), (object) => {
      object.metadata.finalizers = [...(object.metadata.finalizers ?? []), gatewayFinalizer];
    });
    event(
      pass,
      gateway,
      'Normal',
      'ADD',
      `${gateway.metadata.namespace ?? 'default'}/${gateway.metadata.name}`,
    );
  }
  const problem = problemOf(pass, gateway, deps);
  if (problem !== undefined) {
    event(pass, gateway, 'Warning', 'SYNC', problem.event);
    // A dependency of the load balancer is missing: once it exists, programming starts again.
    pass.forget(`${uid}/programmed`);
    writeGatewayStatus(pass, gateway, problem.verdict);
    return pass.again(syncMs);
  }
  const known = addressOf(gateway);
  const isNew = known === undefined;
  if (
    !pass.passed(
      `${uid}/programmed/${isNew ? 'first' : String(generation ?? 1)}`,
      isNew ? programmedMs : 0,
    )
  ) {
    return writeGatewayStatus(pass, gateway, { kind: 'pending' });
  }
  const ports = [...new Set(readGateway(gateway).listeners.map((one) => one.port))];
  const found =
    known === undefined
      ? await findAddress(`${context.directory}/${uid}`, ports)
      : { ok: true as const, address: known };
  if (found.ok) {
    // Load balancers of the global classes use no subnetwork of the project for their proxies.
    if (needsProxySubnet(readGateway(gateway).gatewayClassName)) {
      deps.compute.addForwardingRule(pass.cluster.spec.projectId, {
        name: ruleName(gateway),
        owner: pass.cluster.id,
        ...placeOf(pass),
        address: found.address,
        ports,
      });
    }
    event(
      pass,
      gateway,
      'Normal',
      'SYNC',
      `SYNC on ${gateway.metadata.namespace ?? 'default'}/${gateway.metadata.name} was a success`,
    );
    return writeGatewayStatus(pass, gateway, { kind: 'programmed', address: found.address });
  }
  const message = `The sandbox cannot listen on port ${found.port} (${found.code}): choose another port for the gateway's listener.`;
  event(pass, gateway, 'Warning', 'SYNC', message);
  pass.again(syncMs);
  return writeGatewayStatus(pass, gateway, { kind: 'unprogrammed', reason: 'Invalid', message });
}

function problemOf(
  pass: Pass,
  gateway: KubeObject,
  deps: ControllerDeps,
): { event: string; verdict: GatewayVerdict } | undefined {
  const { projectId } = pass.cluster.spec;
  const { gatewayClassName, addresses } = readGateway(gateway);
  const name = `${gateway.metadata.namespace ?? 'default'}/${gateway.metadata.name}`;
  const unsupported = addresses.find((one) => one.type !== 'NamedAddress');
  if (unsupported !== undefined) {
    const message = `Error GWCER106: Gateway "${name}" is invalid, err: unsupported address type "${unsupported.type}", only "NamedAddress" is supported..`;
    return { event: message, verdict: { kind: 'unprogrammed', reason: 'Invalid', message } };
  }
  const { network, region } = placeOf(pass);
  if (
    needsProxySubnet(gatewayClassName) &&
    !deps.compute.hasProxyOnlySubnet(projectId, network, region)
  ) {
    const message = `failed to translate Gateway "${name}": generic::invalid_argument: error ensuring load balancer: Insert: Invalid value for field 'resource.target': '${gateway.metadata.name}'. ${noProxySubnet}`;
    return { event: message, verdict: { kind: 'unprogrammed', reason: 'Invalid', message } };
  }
  return undefined;
}

/** Location of a cluster's load balancers. */
function placeOf({ cluster: { spec } }: Pass): { network: string; region: string } {
  return {
    region: spec.location.split('-').slice(0, 2).join('-'),
    network: spec.network.split('/').at(-1) ?? spec.network,
  };
}

/** Every gateway of every cluster has its own. */
const ruleName = ({ metadata: { uid, namespace = 'default', name } }: KubeObject): string =>
  `gkegw1-${uid.slice(0, 8)}-${namespace}-${name}`.slice(0, 63).replace(/-+$/, '');

export function addressOf(gateway: KubeObject): string | undefined {
  const { addresses } = statusOf(gateway) as { addresses?: { value: string }[] };
  return addresses?.[0]?.value;
}

function event(
  pass: Pass,
  gateway: KubeObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent(pass, gateway, { type, reason, message, component: 'sc-gateway-controller' });
}
