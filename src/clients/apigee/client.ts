// Port of the Apigee management API: the calls that llmgw makes.
import type { AccessTokens } from '../shared/access-tokens.ts';
import type {
  DeveloperApp,
  Attribute,
  Developer,
  ApigeeEnvironment,
  EnvironmentGroup,
  EnvironmentGroupAttachment,
  Instance,
  InstanceAttachment,
  Operation,
  Organization,
  Product,
} from './schema.ts';

export interface ApigeeOptions {
  /** `https://apigee.googleapis.com`; `/v1/…` is appended. */
  readonly url: string;
  readonly organization: string;
  /** Id of the project that the organization is in; absent: its own name. */
  readonly projectId?: string | undefined;
  readonly tokens: AccessTokens;
  /** Per call, ms. */
  readonly timeoutMs?: number | undefined;
}

export interface NewEnvironment {
  readonly name: string;
  readonly displayName: string;
  /** Field for the ownership mark of llmgw. */
  readonly description: string;
  /** Absent for organizations whose plan has no types. */
  readonly type: 'INTERMEDIATE' | 'COMPREHENSIVE' | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

export interface NewDeveloper {
  /** Converted to lower case: Apigee accepts no other, and it is the developer's id. */
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userName: string;
  readonly attributes?: readonly Attribute[] | undefined;
}

export interface NewApp extends NewKey {
  readonly name: string;
}

export interface NewKey {
  readonly products: readonly string[];
  /** Of the app. */
  readonly attributes?: readonly Attribute[] | undefined;
  /** Lifetime of the key, ms; absent: unlimited. It cannot be changed later. */
  readonly expiresInMs?: number | undefined;
}

export interface AppRef {
  readonly email: string;
  readonly app: string;
}

/**
 * All calls reject with a Fault of kind `permanent` (denied, rejected, already_exists, api_disabled, …) or `transient`
 * (rate_limited, unavailable, timeout, conflict), or with the signal's reason. No POST is repeated here, except after a refusal for an operation that has ended.
 */
export interface ApigeeClient
  extends Organizations, Environments, Deployments, Developers, Statistics {}

export type BundleKind = 'proxy' | 'shared_flow';

export interface Bundle {
  readonly kind: BundleKind;
  readonly name: string;
}

export interface Deployment extends Bundle {
  readonly environment: string;
  readonly revision: string;
}

export const flowHooks = [
  'PreProxyFlowHook',
  'PostProxyFlowHook',
  'PreTargetFlowHook',
  'PostTargetFlowHook',
] as const;
export type FlowHook = (typeof flowHooks)[number];

export interface Deployments {
  /** API proxies and shared flows. @param environment absent: the whole organization. */
  listDeployments(environment: string | undefined, signal?: AbortSignal): Promise<Deployment[]>;
  /** Refused with `failed_precondition` while something depends on it; false if it did not exist. */
  undeploy(deployment: Deployment, signal?: AbortSignal): Promise<boolean>;
  hasBundle(bundle: Bundle, signal?: AbortSignal): Promise<boolean>;
  /** With all its revisions; false if it did not exist. */
  deleteBundle(bundle: Bundle, signal?: AbortSignal): Promise<boolean>;
  /** The shared flow that the hook runs. */
  getFlowHook(
    environment: string,
    hook: FlowHook,
    signal?: AbortSignal,
  ): Promise<string | undefined>;
  detachFlowHook(environment: string, hook: FlowHook, signal?: AbortSignal): Promise<void>;
}

export interface Organizations {
  getOrganization(signal?: AbortSignal): Promise<Organization | undefined>;
  listInstances(signal?: AbortSignal): Promise<Instance[]>;
  getOperation(name: string, signal?: AbortSignal): Promise<Operation>;
  getProduct(name: string, signal?: AbortSignal): Promise<Product | undefined>;
  /** False if it did not exist. */
  deleteProduct(name: string, signal?: AbortSignal): Promise<boolean>;
  /** Whether new keys of the product wait for an approval; other fields of the product stay. */
  setProductApproval(
    product: Product,
    approvalType: 'auto' | 'manual',
    signal?: AbortSignal,
  ): Promise<void>;
}

export interface Environments {
  getEnvironment(name: string, signal?: AbortSignal): Promise<ApigeeEnvironment | undefined>;
  createEnvironment(environment: NewEnvironment, signal?: AbortSignal): Promise<Operation>;
  /** Adds or changes these properties; other fields of the environment stay. */
  setEnvironmentProperties(
    environment: ApigeeEnvironment,
    properties: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<void>;
  /** undefined if it does not exist. */
  deleteEnvironment(name: string, signal?: AbortSignal): Promise<Operation | undefined>;
  listAttachments(instance: string, signal?: AbortSignal): Promise<InstanceAttachment[]>;
  createAttachment(instance: string, environment: string, signal?: AbortSignal): Promise<Operation>;
  deleteAttachment(
    instance: string,
    attachment: string,
    signal?: AbortSignal,
  ): Promise<Operation | undefined>;
  listEnvironmentGroups(signal?: AbortSignal): Promise<EnvironmentGroup[]>;
  createEnvironmentGroup(
    group: { readonly name: string; readonly hostnames: readonly string[] },
    signal?: AbortSignal,
  ): Promise<Operation>;
  setHostnames(
    group: string,
    hostnames: readonly string[],
    signal?: AbortSignal,
  ): Promise<Operation>;
  deleteEnvironmentGroup(group: string, signal?: AbortSignal): Promise<Operation | undefined>;
  /** Empty if the group does not exist. */
  listEnvironmentGroupAttachments(
    group: string,
    signal?: AbortSignal,
  ): Promise<EnvironmentGroupAttachment[]>;
  createEnvironmentGroupAttachment(
    group: string,
    environment: string,
    signal?: AbortSignal,
  ): Promise<Operation>;
  deleteEnvironmentGroupAttachment(
    group: string,
    attachment: string,
    signal?: AbortSignal,
  ): Promise<Operation | undefined>;
}

export interface Developers {
  getDeveloper(email: string, signal?: AbortSignal): Promise<Developer | undefined>;
  createDeveloper(developer: NewDeveloper, signal?: AbortSignal): Promise<Developer>;
  /** Replaces all attributes. */
  setDeveloperAttributes(
    email: string,
    attributes: readonly Attribute[],
    signal?: AbortSignal,
  ): Promise<void>;
  /** False if it did not exist. */
  deleteDeveloper(email: string, signal?: AbortSignal): Promise<boolean>;
  getApp(ref: AppRef, signal?: AbortSignal): Promise<DeveloperApp | undefined>;
  /** All apps with their keys; empty for an unknown developer. Above 100 apps, each takes a call. */
  listApps(email: string, signal?: AbortSignal): Promise<DeveloperApp[]>;
  /** Creates the app together with its first key. */
  createApp(email: string, app: NewApp, signal?: AbortSignal): Promise<DeveloperApp>;
  deleteApp(ref: AppRef, signal?: AbortSignal): Promise<boolean>;
  /** Adds a key; the app's other fields are sent back, as Apigee replaces it: its attributes unless others are given. */
  generateKey(
    app: DeveloperApp,
    email: string,
    key: NewKey,
    signal?: AbortSignal,
  ): Promise<DeveloperApp>;
  setAppAttribute(ref: AppRef, attribute: Attribute, signal?: AbortSignal): Promise<void>;
  /** False if the key does not exist. */
  setKeyStatus(
    ref: AppRef & { readonly consumerKey: string },
    status: 'approve' | 'revoke',
    signal?: AbortSignal,
  ): Promise<boolean>;
  /** Allows or denies one product to the key; false if the key does not exist. */
  setKeyProductStatus(
    ref: AppRef & { readonly consumerKey: string; readonly product: string },
    status: 'approve' | 'revoke',
    signal?: AbortSignal,
  ): Promise<boolean>;
  deleteKey(ref: AppRef & { readonly consumerKey: string }, signal?: AbortSignal): Promise<boolean>;
  /** Developers with an app of that name. Above 1000 developers, each takes a call. */
  developersWithApp(
    isRequested: (app: string) => boolean,
    signal?: AbortSignal,
  ): Promise<Developer[]>;
}

export interface UsageQuery {
  readonly environment: string;
  readonly dimension: 'developer_app' | 'developer_email';
  /** ms since the epoch, to the minute. */
  readonly from: number;
  readonly to: number;
  readonly unit: 'hour' | 'day';
  /** Further dimensions and their required values: `{ api_product: 'llm-product' }`. */
  readonly filter?: Readonly<Record<string, string>> | undefined;
}

export interface UsagePoint {
  /** Beginning of the hour or day in UTC, ms since the epoch. */
  readonly at: number;
  readonly requests: number;
  /** Of these, refused or failed. */
  readonly errors: number;
}

export interface Statistics {
  /** A row for each app or developer with requests; oldest point first, none without requests. */
  usage(
    query: UsageQuery,
    signal?: AbortSignal,
  ): Promise<{ readonly name: string; readonly points: readonly UsagePoint[] }[]>;
}
