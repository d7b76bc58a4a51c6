// Apigee's resources in API form: times as millisecond strings, lists under their names.
import type {
  App,
  Credential,
  Developer,
  Environment,
  EnvGroup,
  Instance,
  Operation,
  Organization,
  Product,
} from './state.ts';

export function showOrganization(org: Organization): object {
  return {
    name: org.name,
    projectId: org.name,
    displayName: org.name,
    state: 'ACTIVE',
    runtimeType: org.runtimeType ?? 'CLOUD',
    billingType: org.billingType ?? 'PAYG',
    environments: Object.keys(org.environments),
    analyticsRegion: 'us-central1',
    createdAt: '1767632400000',
    lastModifiedAt: '1767632400000',
  };
}

export function showInstance(org: Organization, instance: Instance): object {
  const { name, location, runtimeVersion, state = 'ACTIVE' } = instance;
  return {
    name,
    location,
    host: '10.11.240.2',
    port: '443',
    state,
    runtimeVersion,
    serviceAttachment: `projects/sandbox-tp/regions/${location}/serviceAttachments/apigee-${location}-sandbox`,
    consumerAcceptList: [org.name],
    createdAt: '1767632400000',
    lastModifiedAt: '1767632400000',
  };
}

export function showAttachment(attachment: Instance['attachments'][string]): object {
  const { name, environment, createdAt } = attachment;
  return { name, environment, createdAt: String(createdAt) };
}

export function showEnvironment(environment: Environment): object {
  const { name, displayName, description, state, type, deploymentType, apiProxyType } = environment;
  const property = Object.entries(environment.properties).map(([key, value]) => ({
    name: key,
    value,
  }));
  return {
    name,
    displayName,
    ...(description === undefined ? {} : { description }),
    state,
    type,
    deploymentType,
    apiProxyType,
    properties: { property },
    createdAt: String(environment.createdAt),
    lastModifiedAt: String(environment.createdAt),
  };
}

export function showGroup(group: EnvGroup): object {
  return {
    name: group.name,
    hostnames: group.hostnames,
    state: 'ACTIVE',
    createdAt: String(group.createdAt),
    lastModifiedAt: String(group.createdAt),
  };
}

export function showGroupAttachment(
  group: EnvGroup,
  attachment: EnvGroup['attachments'][string],
): object {
  const { name, environment } = attachment;
  return {
    name,
    environment,
    environmentGroupId: group.name,
    createdAt: String(group.createdAt),
  };
}

export function showProduct(product: Product): object {
  const { name, displayName, approvalType, attributes, environments } = product;
  const operationConfigs = product.operations.map(({ apiSource, resource, methods, quota }) => ({
    apiSource,
    operations: [{ resource, methods }],
    ...(quota === undefined ? {} : { quota }),
  }));
  return {
    name,
    displayName,
    approvalType,
    attributes,
    environments,
    operationGroup: { operationConfigs, operationConfigType: 'proxy' },
    createdAt: String(product.createdAt),
    lastModifiedAt: String(product.lastModifiedAt),
  };
}

export function showDeveloper(org: Organization, developer: Developer): object {
  const { email, developerId, firstName, lastName, userName, status, attributes } = developer;
  return {
    email,
    developerId,
    firstName,
    lastName,
    userName,
    status,
    attributes,
    apps: Object.keys(developer.apps),
    organizationName: org.name,
    createdAt: String(developer.createdAt),
    lastModifiedAt: String(developer.lastModifiedAt),
  };
}

export function showApp(developer: Developer, app: App): object {
  const { appId, name, status, attributes, callbackUrl, credentials } = app;
  return {
    appId,
    name,
    status,
    appFamily: 'default',
    developerId: developer.developerId,
    attributes,
    ...(callbackUrl === undefined ? {} : { callbackUrl }),
    credentials: credentials.map(showKey),
    createdAt: String(app.createdAt),
    lastModifiedAt: String(app.lastModifiedAt),
  };
}

export function showKey(credential: Credential): object {
  const { consumerKey, consumerSecret, status, apiProducts, issuedAt, expiresAt } = credential;
  const { attributes = [] } = credential;
  return {
    consumerKey,
    consumerSecret,
    status,
    apiProducts,
    issuedAt: String(issuedAt),
    expiresAt: String(expiresAt),
    ...(attributes.length === 0 ? {} : { attributes }),
  };
}

export function showOperation({ name, done, metadata, response, error }: Operation): object {
  return {
    name,
    metadata,
    // Google omits a false flag.
    ...(done ? { done } : {}),
    ...(response === undefined ? {} : { response }),
    ...(error === undefined ? {} : { error }),
  };
}
