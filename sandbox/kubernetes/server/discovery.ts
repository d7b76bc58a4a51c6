// Discovery: versions, groups and resources, as single documents or aggregated.
import { apiVersionOf, type Resource, type Resources } from '../resources.ts';
import type { ClusterSpec } from '../cluster.ts';
import { reviewGroups, reviews } from './reviews.ts';

const objectVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const halfVerbs = ['get', 'patch', 'update'];

export function versionDocument(spec: ClusterSpec): object {
  const [major = '1', minor = '34'] = spec.version.replace(/^v/, '').split('.');
  return {
    major,
    minor,
    gitVersion: `v${spec.version.replace(/^v/, '')}`,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: 'go1.24.6 X:boringcrypto',
    compiler: 'gc',
    platform: 'linux/amd64',
  };
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Served group versions in order of preference. */
function groupVersions(resources: Resources): GroupVersion[] {
  const served = [
    ...resources.all(),
    ...reviewGroups.map((group): GroupVersion => ({ group, version: 'v1' })),
  ];
  const unique = new Map(served.map((one) => [apiVersionOf(one), one]));
  return [...unique.values()].map(({ group, version }) => ({ group, version }));
}

export const coreVersions = (endpoint: string): object => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: endpoint }],
});

export function groupList(resources: Resources): object {
  const groups = Map.groupBy(
    groupVersions(resources).filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...groups].map(([name, versions]) => groupEntry(name, versions)),
  };
}

export function groupDocument(resources: Resources, name: string): object | undefined {
  const versions = groupVersions(resources).filter(({ group }) => group === name);
  if (versions.length === 0) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(name, versions) };
}

function groupEntry(name: string, versions: readonly GroupVersion[]): object {
  const entries = versions.map(({ group, version }) => ({
    groupVersion: apiVersionOf({ group, version }),
    version,
  }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/** The resources of one group version, or undefined when it is not served. */
export function resourceList(
  resources: Resources,
  { group, version }: GroupVersion,
): object | undefined {
  const served = resources.all().filter((r) => r.group === group && r.version === version);
  const ofReviews = version === 'v1' ? reviewEntries(group) : [];
  if (served.length === 0 && ofReviews.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources: [...served.flatMap(resourceEntries), ...ofReviews],
  };
}

function reviewEntries(group: string): object[] {
  return Object.entries(reviews)
    .filter(([, review]) => review.group === group)
    .map(([name, { kind, namespaced }]) => ({
      name,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs: ['create'],
    }));
}

function resourceEntries(resource: Resource): object[] {
  const { plural, kind, namespaced } = resource;
  const main = {
    name: plural,
    singularName: resource.singular,
    namespaced,
    kind,
    verbs: objectVerbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    storageVersionHash: Buffer.from(`${resource.group}/${kind}`).toString('base64').slice(0, 12),
  };
  return [
    main,
    ...subresources(resource).map((sub) => ({
      name: `${plural}/${sub.name}`,
      singularName: '',
      namespaced,
      ...(sub.group === undefined ? {} : { group: sub.group, version: 'v1' }),
      kind: sub.kind,
      verbs: sub.verbs,
    })),
  ];
}

interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly verbs: readonly string[];
}

export function subresources(resource: Resource): Subresource[] {
  const { kind } = resource;
  const found: Subresource[] = [];
  if (resource.status) found.push({ name: 'status', kind, verbs: halfVerbs });
  if (resource.scale !== undefined) {
    found.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', verbs: halfVerbs });
  }
  if (resource.group === '' && kind === 'Pod') {
    found.push({ name: 'log', kind, verbs: ['get'] });
    found.push({ name: 'eviction', kind: 'Eviction', group: 'policy', verbs: ['create'] });
  }
  if (resource.group === '' && kind === 'ServiceAccount') {
    const group = 'authentication.k8s.io';
    found.push({ name: 'token', kind: 'TokenRequest', group, verbs: ['create'] });
  }
  if (resource.group === '' && kind === 'Namespace') {
    found.push({ name: 'finalize', kind, verbs: ['update'] });
  }
  return found;
}

/** The aggregated document, which newer clients request. */
export function aggregated(resources: Resources, root: 'api' | 'apis'): object {
  const wanted = groupVersions(resources).filter(
    ({ group }) => (group === '') === (root === 'api'),
  );
  const groups = Map.groupBy(wanted, ({ group }) => group);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...groups].map(([name, versions]) => ({
      metadata: { name: name === '' ? null : name, creationTimestamp: null },
      versions: versions.map(({ group, version }) => ({
        version,
        freshness: 'Current',
        resources: [
          ...resources
            .all()
            .filter((r) => r.group === group && r.version === version)
            .map(aggregatedResource),
          ...aggregatedReviews(group),
        ],
      })),
    })),
  };
}

function aggregatedResource(resource: Resource): object {
  const { group, version, kind, namespaced } = resource;
  return {
    resource: resource.plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: objectVerbs,
    shortNames: resource.shortNames,
    categories: resource.categories,
    subresources: subresources(resource).map((sub) => ({
      subresource: sub.name,
      responseKind: { group: sub.group ?? group, version: 'v1', kind: sub.kind },
      verbs: sub.verbs,
    })),
  };
}

function aggregatedReviews(group: string): object[] {
  return Object.entries(reviews)
    .filter(([, review]) => review.group === group)
    .map(([resource, { kind, namespaced }]) => ({
      resource,
      responseKind: { group, version: 'v1', kind },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      singularResource: kind.toLowerCase(),
      verbs: ['create'],
    }));
}
