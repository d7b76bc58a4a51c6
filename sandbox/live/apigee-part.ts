// Live view of Apigee: environments, products, developers, apps and masked keys.
import type { ApigeeState, Developer, Organization } from '../apigee/state.ts';
import type { SandboxContext } from '../core/context.ts';
import { dataplaneState } from '../dataplane/state.ts';
import { endOf } from '../dataplane/quota.ts';
import { type Part, type Thing, thing } from './thing.ts';

export function apigeePart(context: SandboxContext): Part {
  const apigee = context.state<ApigeeState>('apigee', () => ({ organizations: {} }));
  return {
    id: 'apigee',
    title: 'Apigee',
    things: Object.values(apigee.organizations).flatMap((org) => [
      ...Object.values(org.environments).map((one) => environmentThing(org, one.name)),
      ...Object.values(org.envgroups).map(({ name, hostnames, attachments }) =>
        thing({
          kind: 'Environment group',
          name,
          state: 'ok',
          says: 'ACTIVE',
          facts: [
            ...hostnames,
            ...Object.values(attachments).map(({ environment }) => `leads to ${environment}`),
          ],
        }),
      ),
      ...Object.values(org.products).map((product) =>
        thing({
          kind: 'API product',
          name: product.name,
          state: 'ok',
          says: `approval ${product.approvalType}`,
          facts: product.operations.map(({ methods, resource, quota }) =>
            [
              `${methods.join(' ')} ${resource}`.trim(),
              ...(quota === undefined
                ? []
                : [`${quota.limit} per ${quota.interval} ${quota.timeUnit}`]),
            ].join(', '),
          ),
        }),
      ),
      ...Object.values(org.developers).flatMap((one) => developerThings(context, org, one)),
      ...operations(org),
    ]),
  };
}

function environmentThing(org: Organization, name: string): Thing {
  const environment = org.environments[name];
  const instances = Object.values(org.instances).filter(({ attachments }) =>
    Object.values(attachments).some((one) => one.environment === name),
  );
  const isActive = environment?.state === 'ACTIVE';
  const isAttached = instances.length > 0;
  const isGoing = environment?.state === 'DELETING';
  return thing({
    kind: 'Environment',
    name,
    state: isGoing ? 'going' : isActive && isAttached ? 'ok' : 'waiting',
    says: environment?.state ?? '',
    why: isActive && !isAttached ? 'It is not attached to an instance.' : '',
    facts: [environment?.type ?? '', ...instances.map((one) => `on ${one.name}`)],
  });
}

function developerThings(
  context: SandboxContext,
  org: Organization,
  developer: Developer,
): Thing[] {
  const { email, status } = developer;
  const isActive = status === 'active';
  return [
    thing({ kind: 'Developer', name: email, state: isActive ? 'ok' : 'bad', says: status }),
    ...Object.values(developer.apps).flatMap((app) => [
      thing({
        id: app.appId,
        kind: 'App',
        name: app.name,
        state: app.status === 'approved' ? 'ok' : 'bad',
        says: app.status,
        facts: [email],
      }),
      ...app.credentials.map((key) =>
        thing({
          id: `key/${app.appId}/${key.issuedAt}/${key.consumerKey.slice(0, 4)}`,
          kind: 'Key',
          name: `${key.consumerKey.slice(0, 4)}****`,
          state: key.status === 'approved' ? 'ok' : 'bad',
          says: key.status,
          facts: [
            `of ${app.name}`,
            ...key.apiProducts.map((one) => `${one.apiproduct} ${one.status}`),
          ],
        }),
      ),
      ...windows(context, org, app.appId, app.name),
    ]),
  ];
}

/** Use of an app's current quota windows. */
function windows(context: SandboxContext, org: Organization, appId: string, app: string): Thing[] {
  const { quotas } = dataplaneState(context);
  const now = context.clock.now();
  return Object.entries(quotas).flatMap(([counter, { startedAt, count }]) => {
    const [, , owner, product, source, resource] = counter.split('|');
    const operation = org.products[product ?? '']?.operations.find(
      (one) => one.apiSource === source && one.resource === resource,
    );
    if (owner !== appId || operation?.quota === undefined) return [];
    const until = endOf(startedAt, operation.quota);
    const limit = Number(operation.quota.limit);
    if (until <= now) return [];
    return thing({
      id: `quota/${counter}/${startedAt}`,
      kind: 'Quota',
      name: app,
      state: count < limit ? 'ok' : 'bad',
      says: `${count} of ${limit} used`,
      why: count < limit ? '' : 'Further requests return 429 until the quota resets.',
      facts: [resource ?? ''],
      span: { from: startedAt, until },
    });
  });
}

function operations(org: Organization): Thing[] {
  return Object.values(org.operations).flatMap(({ name, done, metadata, pending, error }) => {
    const what = metadata['operationType'];
    const target = metadata['targetResourceName'];
    if (done && error === undefined) return [];
    const of = typeof target === 'string' ? (target.split('/').at(-1) ?? '') : '';
    return thing({
      id: name,
      kind: 'Operation',
      name: `${typeof what === 'string' ? what : 'UPDATE'} ${of}`.trim(),
      state: done ? 'bad' : 'waiting',
      says: done ? 'FAILED' : 'IN_PROGRESS',
      why: error?.message ?? '',
      ...(pending === undefined
        ? {}
        : { span: { from: pending.startedAt ?? pending.due, until: pending.due } }),
    });
  });
}
