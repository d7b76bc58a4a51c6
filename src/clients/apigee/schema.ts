// Schemas of Apigee's management API v1: the used fields, in Google's spelling.
import { z } from 'zod';

const attribute = z.object({ name: z.string(), value: z.string().default('') });
/** Google writes int64 as a string. */
const milliseconds = z.coerce.number();

export const organization = z.object({
  name: z.string(),
  state: z.string().optional(),
  billingType: z.string().optional(),
  runtimeType: z.string().optional(),
  projectId: z.string().optional(),
  environments: z.array(z.string()).default([]),
});
export type Organization = z.infer<typeof organization>;

export const instance = z.object({
  name: z.string(),
  location: z.string(),
  state: z.string().optional(),
  /** `1-15-0-apigee-7`. */
  runtimeVersion: z.string().optional(),
});
export type Instance = z.infer<typeof instance>;

export const instanceAttachment = z.object({ name: z.string(), environment: z.string() });
export type InstanceAttachment = z.infer<typeof instanceAttachment>;

/** Loose, as an update must send back unchanged fields. */
export const environment = z.looseObject({
  name: z.string(),
  state: z.string().optional(),
  type: z.string().optional(),
  description: z.string().optional(),
  deploymentType: z.string().optional(),
  apiProxyType: z.string().optional(),
  properties: z.object({ property: z.array(attribute).default([]) }).default({ property: [] }),
});
export type ApigeeEnvironment = z.infer<typeof environment>;

export const environmentGroup = z.object({
  name: z.string(),
  state: z.string().optional(),
  hostnames: z.array(z.string()).default([]),
});
export type EnvironmentGroup = z.infer<typeof environmentGroup>;

export const environmentGroupAttachment = z.object({ name: z.string(), environment: z.string() });
export type EnvironmentGroupAttachment = z.infer<typeof environmentGroupAttachment>;

export const bundle = z.object({ name: z.string() });

/** The list of shared flows has its names under `apiProxy` too. */
export const deploymentList = z.object({
  deployments: z
    .array(z.object({ environment: z.string(), apiProxy: z.string(), revision: z.string() }))
    .default([]),
});

/** Without a shared flow if none is attached. */
export const flowHook = z.object({ sharedFlow: z.string().optional() });

export const operation = z.object({
  /** `organizations/O/operations/ID`. */
  name: z.string(),
  done: z.boolean().default(false),
  error: z.object({ code: z.number().default(2), message: z.string().default('') }).optional(),
});
export type Operation = z.infer<typeof operation>;

/** Any resource with a state, such as an instance or an environment group. */
export const stateful = z.object({ state: z.string().default('') });

const listedOperation = operation.extend({
  metadata: z
    .object({
      /** NOT_STARTED, IN_PROGRESS or FINISHED. */
      state: z.string().default(''),
      /** `organizations/O/environments/E`. */
      targetResourceName: z.string().default(''),
    })
    .default({ state: '', targetResourceName: '' }),
});
export type ListedOperation = z.infer<typeof listedOperation>;
export const operationList = z.object({
  operations: z.array(listedOperation).default([]),
  nextPageToken: z.string().optional(),
});

export const developer = z.object({
  email: z.string(),
  developerId: z.string().optional(),
  firstName: z.string().default(''),
  lastName: z.string().default(''),
  userName: z.string().default(''),
  /** active or inactive. */
  status: z.string().default('active'),
  attributes: z.array(attribute).default([]),
  /** Names of the developer's apps. */
  apps: z.array(z.string()).default([]),
});
export type Developer = z.infer<typeof developer>;

export const credential = z.object({
  consumerKey: z.string(),
  /** approved, pending or revoked. */
  status: z.string().default('approved'),
  apiProducts: z
    .array(z.object({ apiproduct: z.string(), status: z.string().default('approved') }))
    .default([]),
  issuedAt: milliseconds.optional(),
  /** ms since the epoch; -1 for never. */
  expiresAt: milliseconds.optional(),
});
export type Credential = z.infer<typeof credential>;

export const app = z.object({
  name: z.string(),
  appId: z.string().optional(),
  developerId: z.string().optional(),
  /** approved or revoked. */
  status: z.string().default('approved'),
  attributes: z.array(attribute).default([]),
  callbackUrl: z.string().optional(),
  credentials: z.array(credential).default([]),
  createdAt: milliseconds.optional(),
});
export type DeveloperApp = z.infer<typeof app>;

/** Loose, as an update must send back unchanged fields. */
export const product = z.looseObject({
  name: z.string(),
  displayName: z.string().optional(),
  approvalType: z.string().optional(),
  environments: z.array(z.string()).default([]),
  /** Of the product as a whole, for operations without a quota of their own. */
  quota: z.coerce.string().optional(),
  quotaInterval: z.coerce.string().optional(),
  quotaTimeUnit: z.string().optional(),
  operationGroup: z
    .looseObject({
      operationConfigs: z
        .array(
          z.looseObject({
            apiSource: z.string().optional(),
            operations: z
              .array(
                z.looseObject({
                  resource: z.string().default('/'),
                  methods: z.array(z.string()).default([]),
                }),
              )
              .default([]),
            quota: z
              .looseObject({
                limit: z.coerce.string().optional(),
                interval: z.coerce.string().optional(),
                timeUnit: z.string().optional(),
              })
              .optional(),
          }),
        )
        .default([]),
    })
    .optional(),
});
export type Product = z.infer<typeof product>;

export type Attribute = z.infer<typeof attribute>;

export const instanceList = z.object({
  instances: z.array(instance).default([]),
  nextPageToken: z.string().optional(),
});
export const instanceAttachmentList = z.object({
  attachments: z.array(instanceAttachment).default([]),
  nextPageToken: z.string().optional(),
});
export const environmentGroupList = z.object({
  environmentGroups: z.array(environmentGroup).default([]),
  nextPageToken: z.string().optional(),
});
export const environmentGroupAttachmentList = z.object({
  environmentGroupAttachments: z.array(environmentGroupAttachment).default([]),
  nextPageToken: z.string().optional(),
});
export const appList = z.object({ app: z.array(app).default([]) });
/** A list that is not expanded has only names: of an app under `appId`. */
export const appNames = z.object({ app: z.array(z.object({ appId: z.string() })).default([]) });
export const developerNames = z.object({
  developer: z.array(z.object({ email: z.string() })).default([]),
});
export const developerList = z.object({ developer: z.array(developer).default([]) });

/** With a time unit each value has its own time, ms; numbers come as strings. */
export const statistics = z.object({
  environments: z
    .array(
      z.object({
        dimensions: z
          .array(
            z.object({
              name: z.string(),
              metrics: z
                .array(
                  z.object({
                    name: z.string(),
                    values: z.array(
                      z.object({ timestamp: z.coerce.number(), value: z.coerce.number() }),
                    ),
                  }),
                )
                .default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});
