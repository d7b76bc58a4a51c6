// What Apigee holds: the shape shared by the management API, the operator's controllers and the runtime in the data plane.

export interface ApigeeState {
  organizations: Record<string, Organization>;
}

export interface Organization {
  name: string;
  instances: Record<string, Instance>;
  environments: Record<string, Environment>;
  envgroups: Record<string, EnvGroup>;
  products: Record<string, Product>;
  developers: Record<string, Developer>;
  operations: Record<string, Operation>;
}

export interface Instance {
  name: string;
  location: string;
  runtimeVersion: string;
  /** Environments attached to it. */
  attachments: Record<string, { name: string; environment: string; createdAt: number }>;
}

export interface Environment {
  name: string;
  displayName: string;
  state: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';
  type: 'BASE' | 'INTERMEDIATE' | 'COMPREHENSIVE';
  deploymentType: string;
  apiProxyType: string;
  properties: Record<string, string>;
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
  /** One resource and method a config, each with a quota counter of its own. */
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
}

export interface Operation {
  name: string;
  done: boolean;
  metadata: Record<string, unknown>;
  response?: Record<string, unknown>;
  error?: { code: number; message: string };
}
