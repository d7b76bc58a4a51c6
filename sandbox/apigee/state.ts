// Apigee's state, shared by management API, operator controllers and runtime.

import type { FailsOperations } from '../core/operation-errors.ts';

/** `operationErrors` is keyed by the kind of an operation's effect, e.g. `attached`. */
export interface ApigeeState extends FailsOperations {
  organizations: Record<string, Organization>;
  /** Form of the lock error of an organization; absent: the usual text and envelope. */
  lockRefusal?: { status: number; body: string };
}

export interface Organization {
  name: string;
  /** Billing type; pay-as-you-go organizations have environments of three types. Absent: PAYG. */
  billingType?: 'PAYG' | 'SUBSCRIPTION' | 'EVALUATION';
  /** Absent: CLOUD. */
  runtimeType?: 'CLOUD' | 'HYBRID';
  instances: Record<string, Instance>;
  environments: Record<string, Environment>;
  envgroups: Record<string, EnvGroup>;
  /** API proxies and shared flows, by name. Absent: none. */
  proxies?: Record<string, Bundle>;
  sharedFlows?: Record<string, Bundle>;
  products: Record<string, Product>;
  developers: Record<string, Developer>;
  operations: Record<string, Operation>;
}

export type BundleKind = 'proxies' | 'sharedFlows';

export interface Bundle {
  name: string;
  revisions: string[];
  /** Shared flows that it calls. Absent: none. */
  calls?: string[];
  createdAt: number;
}

export interface Deployment {
  kind: BundleKind;
  name: string;
  revision: string;
  startedAt: number;
  /** Time of the undeployment request, real ms since the epoch. */
  goneAt?: number;
}

export const flowHookPoints = [
  'PreProxyFlowHook',
  'PostProxyFlowHook',
  'PreTargetFlowHook',
  'PostTargetFlowHook',
] as const;

export interface Instance {
  name: string;
  location: string;
  runtimeVersion: string;
  /** Absent: ACTIVE. */
  state?: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';
  /** Environments attached to it. */
  attachments: Record<string, { name: string; environment: string; createdAt: number }>;
}

export interface Environment {
  name: string;
  displayName: string;
  description?: string;
  state: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';
  type: 'BASE' | 'INTERMEDIATE' | 'COMPREHENSIVE';
  deploymentType: string;
  apiProxyType: string;
  properties: Record<string, string>;
  /** Absent: none. */
  deployments?: Deployment[];
  /** Shared flows by flow hook. Absent: none. */
  flowHooks?: Partial<Record<(typeof flowHookPoints)[number], string>>;
  createdAt: number;
}

export interface EnvGroup {
  name: string;
  hostnames: string[];
  /** Environments attached to the group, by attachment id. */
  attachments: Record<string, { name: string; environment: string }>;
  createdAt: number;
}

export interface Product {
  name: string;
  displayName: string;
  approvalType: 'auto' | 'manual';
  attributes: { name: string; value: string }[];
  environments: string[];
  /** One resource and method per config, each with a quota counter of its own. */
  operations: {
    apiSource: string;
    resource: string;
    methods: string[];
    quota?: { limit: string; interval: string; timeUnit: string };
  }[];
  createdAt: number;
  lastModifiedAt: number;
}

export interface Developer {
  email: string;
  developerId: string;
  firstName: string;
  lastName: string;
  userName: string;
  status: 'active' | 'inactive';
  attributes: { name: string; value: string }[];
  apps: Record<string, App>;
  createdAt: number;
  lastModifiedAt: number;
}

export interface App {
  appId: string;
  name: string;
  status: 'approved' | 'revoked';
  callbackUrl?: string;
  attributes: { name: string; value: string }[];
  credentials: Credential[];
  createdAt: number;
  lastModifiedAt: number;
}

export interface Credential {
  consumerKey: string;
  consumerSecret: string;
  status: 'approved' | 'revoked';
  apiProducts: { apiproduct: string; status: 'approved' | 'pending' | 'revoked' }[];
  issuedAt: number;
  /** ms since the epoch, -1 for never. */
  expiresAt: number;
  /** Absent: none. */
  attributes?: { name: string; value: string }[];
}

export interface Operation {
  name: string;
  done: boolean;
  metadata: Record<string, unknown>;
  response?: Record<string, unknown>;
  error?: { code: number; message: string };
  /** Effect, and its time (real ms since the epoch); absent once the operation is done. */
  pending?: { startedAt?: number; due: number; effect: Effect };
}

/** Effect of an operation at its end. */
export type Effect =
  | { kind: 'environment-ready'; environment: string }
  | { kind: 'environment-gone'; environment: string }
  | { kind: 'attached'; instance: string; attachment: string; environment: string }
  | { kind: 'detached'; instance: string; attachment: string }
  | { kind: 'group-set'; group: string; hostnames: string[] }
  | { kind: 'group-gone'; group: string }
  | { kind: 'group-attached'; group: string; attachment: string; environment: string }
  | { kind: 'group-detached'; group: string; attachment: string };
