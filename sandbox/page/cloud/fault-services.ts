// Services with fault injection, and sample operation names of each.

const services: readonly (readonly [service: string, words: string, ...operations: string[]])[] = [
  ['gke', 'GKE', 'CreateCluster', 'GetCluster', 'DeleteCluster', 'GetOperation'],
  ['kubernetes', 'Kubernetes', 'patch', 'get', 'list', 'watch', 'delete', 'patch gateways'],
  ['apigee', 'Apigee', 'environments', 'apps', 'developers', 'apiproducts', 'stats'],
  ['dataplane', 'Gateway (data plane)', 'POST /v1/completions', '^extension$'],
  ['vllm', 'Model server', '^completions$', 'chat.completions', 'completions.stream'],
  ['slack', 'Slack', 'chat.postMessage', 'chat.update', 'views.open', 'response_url'],
  ['iam', 'IAM', 'iam.projects.serviceAccounts'],
  ['serviceusage', 'Service Usage', 'serviceusage.services.list', 'serviceusage.services.enable'],
  ['resourcemanager', 'Resource Manager', 'IamPolicy'],
  ['compute', 'Compute Engine', 'compute.regions.get', 'compute.subnetworks'],
  ['billing', 'Billing', '.*'],
  ['registry', 'Chart registry', 'manifests', 'blobs'],
  ['metadata', 'Metadata server', 'token'],
  ['huggingface', 'Hugging Face', 'whoami', 'models'],
];

export const faultServices: readonly (readonly [string, string])[] = services.map(
  ([service, words]) => [service, words],
);

export const operationsOf = (service: string): readonly string[] =>
  services.find(([name]) => name === service)?.slice(2) ?? [];
