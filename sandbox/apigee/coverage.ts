// What the sandbox imitates of Apigee's management API, method by method.
import type { CoverageRow } from '../core/coverage.ts';

const follows = 'https://docs.cloud.google.com/apigee/docs/reference/apis/apigee/rest';

function rows(shownBy: string, methods: Readonly<Record<string, string>>): CoverageRow[] {
  return Object.entries(methods).map(([method, missing]) => ({
    method: `apigee.organizations.${method}`,
    ...(missing === '' ? { state: 'supported' } : { state: 'partial', missing }),
    follows,
    shownBy: `sandbox/test/apigee/${shownBy}.test.ts`,
  }));
}

export const apigeeCoverage: readonly CoverageRow[] = [
  ...rows('environments', {
    get: 'add-ons, encryption, network settings',
    'instances.list': 'paging',
    'instances.get': 'maintenance windows',
    'instances.attachments.list': 'paging',
    'instances.attachments.create': '',
    'instances.attachments.delete': '',
    'operations.list': 'filters and paging',
    'operations.get': '',
    'environments.create': 'node counts, forward proxies, limits of a plan',
    'environments.get': '',
    'environments.update': '',
    'environments.delete': 'deployed proxies',
    'envgroups.list': 'paging',
    'envgroups.get': '',
    'envgroups.create': '',
    'envgroups.patch': '',
    'envgroups.delete': '',
    'envgroups.attachments.list': 'paging',
    'envgroups.attachments.create': '',
    'envgroups.attachments.delete': '',
  }),
  ...rows('developers', {
    'developers.list': 'ids and company filters',
    'developers.create': '',
    'developers.get': '',
    'developers.update': '',
    'developers.setDeveloperStatus': '',
    'developers.attributes': '',
    'developers.attributes.list': '',
    'developers.attributes.get': '',
    'developers.attributes.updateDeveloperAttribute': '',
    'developers.attributes.delete': '',
    'developers.delete': 'the seconds to minutes in which apps and keys go',
  }),
  ...rows('apps', {
    'apiproducts.list': 'filters by attribute',
    'apiproducts.get': '',
    'apiproducts.create': 'GraphQL, gRPC and LLM operation groups, scopes, product-wide quota',
    'apiproducts.update': 'GraphQL, gRPC and LLM operation groups, scopes, product-wide quota',
    'apiproducts.delete': '',
    'apiproducts.attributes': '',
    'apiproducts.attributes.list': '',
    'apiproducts.attributes.get': '',
    'apiproducts.attributes.updateApiProductAttribute': '',
    'apiproducts.attributes.delete': '',
    'apps.list': 'the older rows and startKey parameters',
    'developers.apps.list': 'shallowExpand',
    'developers.apps.create': 'scopes, app groups',
    'developers.apps.get': '',
    'developers.apps.update': 'scopes',
    'developers.apps.attributes': '',
    'developers.apps.attributes.list': '',
    'developers.apps.attributes.get': '',
    'developers.apps.attributes.updateDeveloperAppAttribute': '',
    'developers.apps.attributes.delete': '',
    'developers.apps.generateKeyPairOrUpdateDeveloperAppStatus': 'scopes',
    'developers.apps.delete': '',
    'developers.apps.keys.create': '',
    'developers.apps.keys.create.create': '',
    'developers.apps.keys.get': '',
    'developers.apps.keys.updateDeveloperAppKey': 'scopes',
    'developers.apps.keys.delete': '',
    'developers.apps.keys.apiproducts.updateDeveloperAppKeyApiProduct': '',
    'developers.apps.keys.apiproducts.delete': '',
  }),
  ...rows('stats', {
    'environments.stats.get':
      'most metrics and dimensions, percentiles, filters that mix and with or; the Analytics add-on is taken as on',
  }),
];
