// Available APIs of the sandbox's project, with their titles in error texts.

export const serviceTitles: Readonly<Record<string, string>> = {
  'aiplatform.googleapis.com': 'Vertex AI API',
  'apigee.googleapis.com': 'Apigee API',
  'artifactregistry.googleapis.com': 'Artifact Registry API',
  'cloudbilling.googleapis.com': 'Cloud Billing API',
  'cloudresourcemanager.googleapis.com': 'Cloud Resource Manager API',
  'compute.googleapis.com': 'Compute Engine API',
  'container.googleapis.com': 'Kubernetes Engine API',
  'iam.googleapis.com': 'Identity and Access Management (IAM) API',
  'iamcredentials.googleapis.com': 'IAM Service Account Credentials API',
  'logging.googleapis.com': 'Cloud Logging API',
  'monitoring.googleapis.com': 'Cloud Monitoring API',
  'networkservices.googleapis.com': 'Network Services API',
  'secretmanager.googleapis.com': 'Secret Manager API',
  'servicenetworking.googleapis.com': 'Service Networking API',
  'serviceusage.googleapis.com': 'Service Usage API',
  'storage.googleapis.com': 'Cloud Storage API',
};

/** APIs that require billing. */
export const billedServices: ReadonlySet<string> = new Set([
  'aiplatform.googleapis.com',
  'apigee.googleapis.com',
  'artifactregistry.googleapis.com',
  'compute.googleapis.com',
  'container.googleapis.com',
  'networkservices.googleapis.com',
]);
