// The environment group through which Apigee finds an environment by the request's host.
import type { ApigeeState, EnvGroup } from '../../apigee/state.ts';
import type { SandboxContext } from '../../core/context.ts';
import type { KubeObject } from '../../kubernetes/cluster.ts';
import { hash, isTrue, refOf } from '../conditions.ts';
import { addressOf } from '../gateways.ts';
import { readExtension } from '../gateway-views.ts';
import { kinds } from '../kinds.ts';
import type { Pass } from '../loop.ts';
import { targetsOf } from '../traffic-extensions.ts';
import type { Operator } from './operator.ts';

/** Remembers, on the ApigeeBackendService, the hosts that were connected: a host taken away later stays away. */
const connectedAnnotation = 'apim.googleapis.com/connected-hosts';

/** The group of an environment; made, with a host of its own, where there is none. */
export function ensureEnvGroup(
  context: SandboxContext,
  apigee: ApigeeState,
  organization: string,
  environment: string,
): EnvGroup | undefined {
  const org = apigee.organizations[organization];
  if (org === undefined) return undefined;
  const isAttached = (group: EnvGroup): boolean =>
    Object.values(group.attachments).some((one) => one.environment === environment);
  const known = Object.values(org.envgroups).find(isAttached);
  if (known !== undefined) return known;
  const name = `${environment}-group`;
  const attachment = crypto.randomUUID();
  const group: EnvGroup = {
    name,
    hostnames: [`${name}-${hash(`${organization}/${environment}`, 4)}.svc.google.com`],
    attachments: { [attachment]: { name: attachment, environment } },
    createdAt: context.clock.now(),
  };
  org.envgroups[name] = group;
  context.changed('apigee');
  return group;
}

interface Around {
  readonly context: SandboxContext;
  readonly deps: { readonly apigee: ApigeeState };
  readonly operator: Operator;
  readonly environment: string;
}

/** Adds the address of each gateway that a traffic extension leads to this backend, once. */
export function connectHosts(pass: Pass, service: KubeObject, around: Around): void {
  const annotated = service.metadata.annotations?.[connectedAnnotation] ?? '';
  const connected = annotated.split(',').filter((host) => host !== '');
  const hosts = gatewayAddresses(pass, service).filter((host) => !connected.includes(host));
  if (hosts.length === 0) return;
  const { context, deps, operator, environment } = around;
  const group = ensureEnvGroup(context, deps.apigee, operator.organization, environment);
  if (group === undefined) return;
  group.hostnames = [...new Set([...group.hostnames, ...hosts])];
  context.changed('apigee');
  pass.store.update(refOf(service), (object) => {
    object.metadata.annotations = {
      ...object.metadata.annotations,
      [connectedAnnotation]: [...connected, ...hosts].join(','),
    };
  });
}

function gatewayAddresses(pass: Pass, service: KubeObject): string[] {
  const { namespace, name } = service.metadata;
  const targets = pass
    .list(kinds.trafficExtension, namespace)
    .filter((extension) =>
      readExtension(extension['spec'])
        .extensionChains.flatMap((chain) => chain.extensions)
        .some((one) => one.backendRef?.kind === service.kind && one.backendRef.name === name),
    )
    .flatMap(targetsOf);
  return [...new Set(targets)].flatMap((target) => {
    const gateway = pass.get(kinds.gateway, namespace, target);
    const isUp = gateway !== undefined && isTrue(gateway['status'], 'Programmed');
    const address = isUp ? addressOf(gateway) : undefined;
    return address === undefined ? [] : [address];
  });
}
