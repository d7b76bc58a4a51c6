// Preconditions of the project: existence, billing, APIs and permissions.
import { type Fault, fail, toFault } from '../../../src/kernel/errors.ts';
import type { Context } from '../../../src/gateway/objects.ts';

export const neededApis = [
  'cloudresourcemanager.googleapis.com',
  'cloudbilling.googleapis.com',
  'compute.googleapis.com',
  'container.googleapis.com',
  'iam.googleapis.com',
  'networkservices.googleapis.com',
  'apigee.googleapis.com',
] as const;

/** Role -> its permissions that provisioning, teardown and keys use. */
export const neededPermissions: Readonly<Record<string, readonly string[]>> = {
  'roles/browser': ['resourcemanager.projects.get'],
  'roles/serviceusage.serviceUsageConsumer': ['serviceusage.services.list'],
  'roles/container.admin': [
    'container.clusters.create',
    'container.clusters.delete',
    'container.clusters.get',
    'container.operations.list',
  ],
  'roles/compute.viewer': [
    'compute.forwardingRules.list',
    'compute.machineTypes.get',
    'compute.projects.get',
    'compute.regions.get',
  ],
  'roles/compute.networkAdmin': [
    'compute.networks.get',
    'compute.networks.updatePolicy',
    'compute.subnetworks.create',
    'compute.subnetworks.delete',
    'compute.subnetworks.list',
  ],
  'roles/iam.serviceAccountAdmin': [
    'iam.serviceAccounts.create',
    'iam.serviceAccounts.delete',
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.getIamPolicy',
    'iam.serviceAccounts.setIamPolicy',
  ],
  'roles/iam.serviceAccountUser': ['iam.serviceAccounts.actAs'],
  'roles/resourcemanager.projectIamAdmin': [
    'resourcemanager.projects.getIamPolicy',
    'resourcemanager.projects.setIamPolicy',
  ],
  'roles/apigee.admin': [
    'apigee.apiproducts.delete',
    'apigee.apiproducts.get',
    'apigee.deployments.delete',
    'apigee.deployments.list',
    'apigee.flowhooks.detachSharedFlow',
    'apigee.flowhooks.getSharedFlow',
    'apigee.proxies.delete',
    'apigee.proxies.get',
    'apigee.sharedflows.delete',
    'apigee.sharedflows.get',
    'apigee.appkeys.manage',
    'apigee.developerapps.create',
    'apigee.developerapps.delete',
    'apigee.developerapps.get',
    'apigee.developers.create',
    'apigee.developers.get',
    'apigee.envgroupattachments.create',
    'apigee.envgroups.list',
    'apigee.environments.create',
    'apigee.environments.delete',
    'apigee.environments.get',
    'apigee.environments.update',
    'apigee.instanceattachments.create',
    'apigee.instanceattachments.list',
    'apigee.instances.list',
    'apigee.operations.get',
    'apigee.organizations.get',
  ],
};

/** Omitted without its permissions: ranges that Compute Engine then refuses one by one. */
export const usefulPermissions: Readonly<Record<string, readonly string[]>> = {
  'roles/compute.networkAdmin': [
    'compute.globalAddresses.list',
    'compute.networks.listPeeringRoutes',
  ],
};

/** Needed only to enable an API. */
export const permissionsToEnable = {
  'roles/serviceusage.serviceUsageAdmin': ['serviceusage.services.enable'],
};

export async function missingApis({ env }: Context): Promise<string[]> {
  return env.clients.serviceUsage.missing(env.gateway.projectId, neededApis);
}

export async function checkProject({ env }: Context): Promise<Fault[]> {
  const { projectId } = env.gateway;
  const project = await env.clients.resourceManager.getProject(projectId);
  if (project === undefined) {
    const text = `Project ${projectId} not found, or the bot has no access to it`;
    return [
      fail('refused', 'no_project', text, {
        next: "Correct PROJECT_ID, or grant the bot's service account roles/browser on the project.",
      }).fault,
    ];
  }
  if (project.state === 'ACTIVE') return [];
  return [
    fail('refused', 'no_project', `Project ${projectId} is ${project.state}`, {
      next: `Run \`gcloud projects undelete ${projectId}\`, or set another PROJECT_ID.`,
    }).fault,
  ];
}

export async function checkBilling({ env }: Context): Promise<Fault[]> {
  const { projectId } = env.gateway;
  if (await env.clients.billing.isEnabled(projectId)) return [];
  return [
    fail('refused', 'billing_off', `Billing is disabled for project ${projectId}`, {
      next: `Run \`gcloud billing projects link ${projectId} --billing-account ACCOUNT\`, or open https://console.cloud.google.com/billing/linkedaccount?project=${projectId}.`,
    }).fault,
  ];
}

export async function checkPermissions(context: Context): Promise<Fault[]> {
  const { gateway, clients } = context.env;
  const { projectId } = gateway;
  const mayEnable = await needsToEnable(context);
  const needed = { ...neededPermissions, ...(mayEnable ? permissionsToEnable : {}) };
  const missing = await clients.resourceManager.missingPermissions(
    projectId,
    Object.values(needed).flat(),
  );
  if (missing.length === 0) return [];
  const roles = Object.entries(needed)
    .filter(([, permissions]) => permissions.some((permission) => missing.includes(permission)))
    .map(([role]) => role);
  const commands = roles.map(
    (role) =>
      `\`gcloud projects add-iam-policy-binding ${projectId} --member serviceAccount:BOT --role ${role}\``,
  );
  return [
    fail(
      'refused',
      'missing_permissions',
      `The bot is missing permissions: ${missing.join(', ')}`,
      {
        next: `With the bot's service account as BOT, run ${commands.join(' and ')}.`,
        details: { missing, roles },
      },
    ).fault,
  ];
}

/** Without access to the API list, the missing permission itself is reported. */
async function needsToEnable(context: Context): Promise<boolean> {
  try {
    return (await missingApis(context)).length > 0;
  } catch (error) {
    if (toFault(error).code === 'denied') return true;
    throw error;
  }
}
