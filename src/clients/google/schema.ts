// Schemas of Google's responses: only the used fields.
import { z } from 'zod';

export const errorBody = z.object({
  error: z.object({
    message: z.string(),
    status: z.string().optional(),
    details: z
      .array(
        z.looseObject({
          reason: z.string().optional(),
          metadata: z.record(z.string(), z.string()).optional().catch(undefined),
        }),
      )
      .optional(),
    errors: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
});

export const services = z.object({
  services: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

export const serviceAccount = z.object({
  email: z.string(),
  displayName: z.string().default(''),
  description: z.string().default(''),
  disabled: z.boolean().default(false),
  uniqueId: z.string().default(''),
});

/** Loose, as a policy is written back whole: unknown fields must not be lost. */
export const policy = z.looseObject({
  etag: z.string().optional(),
  version: z.number().optional(),
  bindings: z
    .array(
      z.looseObject({
        role: z.string(),
        members: z.array(z.string()).default([]),
        condition: z.unknown().optional(),
      }),
    )
    .default([]),
});
export type Policy = z.infer<typeof policy>;

export const project = z.object({
  /** `projects/123456789012` */
  name: z.string(),
  projectId: z.string(),
  state: z.string().default('ACTIVE'),
});

export const permissions = z.object({ permissions: z.array(z.string()).default([]) });

export const billing = z.object({ billingEnabled: z.boolean().default(false) });

const quotas = z
  .array(z.object({ metric: z.string(), limit: z.number(), usage: z.number().default(0) }))
  .default([]);

export const projectQuotas = z.object({ quotas });

export const region = z.object({
  quotas,
  /** URLs, the zone's name last. */
  zones: z.array(z.string()).default([]),
});

export const machineType = z.object({
  guestCpus: z.number(),
  memoryMb: z.number(),
  architecture: z.enum(['X86_64', 'ARM64']).optional().catch(undefined),
});

/** Empty for a project that uses no Shared VPC. */
export const sharedVpcHost = z.object({ name: z.string().optional() });

export const network = z.object({ name: z.string() });

export const subnetworks = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        network: z.string(),
        purpose: z.string().default('PRIVATE'),
        role: z.string().optional(),
        ipCidrRange: z.string().default(''),
        description: z.string().default(''),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

const secondaryRanges = z.array(z.object({ ipCidrRange: z.string() })).default([]);

export const aggregatedSubnetworks = z.object({
  /** By scope: `regions/us-central1`. */
  items: z
    .record(
      z.string(),
      z.object({
        subnetworks: z
          .array(
            z.object({
              network: z.string().default(''),
              ipCidrRange: z.string().default(''),
              secondaryIpRanges: secondaryRanges,
            }),
          )
          .default([]),
      }),
    )
    .default({}),
  nextPageToken: z.string().optional(),
});

export const addresses = z.object({
  items: z
    .array(
      z.object({
        address: z.string().default(''),
        prefixLength: z.number().optional(),
        network: z.string().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

export const networkPeerings = z.object({
  peerings: z.array(z.object({ name: z.string() })).default([]),
});

export const peeringRoutes = z.object({
  items: z.array(z.object({ destRange: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

export const forwardingRules = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        IPAddress: z.string().default(''),
        network: z.string().optional(),
        loadBalancingScheme: z.string().default('EXTERNAL'),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

/** A response that is not used. */
export const anything = z.unknown();
