// Coverage of Google's control plane, method by method.
import type { CoverageRow } from '../core/coverage.ts';

const metadataDocument =
  'https://docs.cloud.google.com/compute/docs/metadata/predefined-metadata-keys';
const serviceUsage = 'https://docs.cloud.google.com/service-usage/docs/reference/rest/v1';
const resourceManager = 'https://docs.cloud.google.com/resource-manager/reference/rest';
const iam = 'https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts';
const compute = 'https://docs.cloud.google.com/compute/docs/reference/rest/v1';
const billing = 'https://docs.cloud.google.com/billing/docs/reference/rest/v1/projects';

function rows(
  follows: string,
  shownBy: string,
  methods: Readonly<Record<string, string>>,
): CoverageRow[] {
  return Object.entries(methods).map(([method, missing]) => ({
    method,
    ...(missing === '' ? { state: 'supported' } : { state: 'partial', missing }),
    follows,
    shownBy: `sandbox/test/google/${shownBy}.test.ts`,
  }));
}

export const metadataCoverage: readonly CoverageRow[] = rows(metadataDocument, 'metadata', {
  instance: '',
  'instance/zone': '',
  'instance/service-accounts': '',
  'instance/service-accounts/{account}': 'recursive listings',
  'instance/service-accounts/{account}/email': '',
  'instance/service-accounts/{account}/scopes': '',
  'instance/service-accounts/{account}/aliases': '',
  'instance/service-accounts/{account}/token': 'tokens of narrower scopes',
  'project/project-id': '',
  'project/numeric-project-id': '',
  'universe/universe-domain': '',
});

export const googleCoverage: readonly CoverageRow[] = [
  ...rows(serviceUsage, 'service-usage', {
    'serviceusage.services.list': 'filters other than state:',
    'serviceusage.services.get': '',
    'serviceusage.services.batchEnable': 'services that depend on others',
    'serviceusage.services.enable': 'as batchEnable',
    'serviceusage.services.disable': 'checks for usage and dependents',
    'serviceusage.operations.get': '',
  }),
  ...rows(resourceManager, 'access', {
    'cloudresourcemanager.v1.projects.get': '',
    'cloudresourcemanager.v1.projects.getIamPolicy': 'conditions are kept, not evaluated',
    'cloudresourcemanager.v1.projects.setIamPolicy':
      'roles are not checked to exist; removals bite at once',
    'cloudresourcemanager.v1.projects.testIamPermissions': 'permissions are not checked to exist',
    'cloudresourcemanager.v3.projects.get': '',
    'cloudresourcemanager.v3.projects.getIamPolicy': 'conditions are kept, not evaluated',
    'cloudresourcemanager.v3.projects.setIamPolicy':
      'roles are not checked to exist; removals bite at once',
    'cloudresourcemanager.v3.projects.testIamPermissions': 'permissions are not checked to exist',
  }),
  ...rows(iam, 'access', {
    'iam.projects.serviceAccounts.create': '',
    'iam.projects.serviceAccounts.list': 'paging',
    'iam.projects.serviceAccounts.get': '',
    'iam.projects.serviceAccounts.delete': 'undelete',
    'iam.projects.serviceAccounts.getIamPolicy': '',
    'iam.projects.serviceAccounts.setIamPolicy':
      'roles are not checked to exist; removals bite at once',
  }),
  ...rows(compute, 'compute', {
    'compute.projects.getXpnHost': 'the host project itself',
    'compute.projects.get': 'quotas other than CPUS_ALL_REGIONS',
    'compute.regions.get': 'quotas other than the common ones',
    'compute.zones.get': '',
    'compute.machineTypes.get': 'predefined types other than the standard ones',
    'compute.networks.get': '',
    'compute.networks.listPeeringRoutes': 'static and dynamic routes, outgoing routes, paging',
    'compute.globalAddresses.list': 'addresses other than ranges for VPC peering, paging',
    'compute.subnetworks.aggregatedList': 'filters, paging',
    'compute.subnetworks.list': 'filters with OR, NOT or nested fields',
    'compute.subnetworks.get': '',
    'compute.subnetworks.insert': 'secondary ranges, IPv6',
    'compute.subnetworks.delete': '',
    'compute.forwardingRules.list': 'rules of other load balancers than those of gateways, paging',
    'compute.regionOperations.get': '',
    'compute.regionOperations.wait': '',
  }),
  ...rows(billing, 'access', { 'cloudbilling.projects.getBillingInfo': '' }),
];
