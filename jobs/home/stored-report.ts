// Schema of a Home report in Redis: a cache, rebuilt after another version's write.
import { z } from 'zod';
import { storedFault, storedGuidance, storedWho } from '../../src/kernel/stored.ts';
import type { HomeReport } from './report.ts';

/** JSON omits undefined values. */
const time = z.number().optional();

const status = z.object({
  gateway: z.string(),
  state: z.enum(['ready', 'degraded', 'provisioning', 'absent', 'unknown']),
  cause: storedGuidance.optional(),
  endpoint: z.string().optional(),
  model: z.string(),
  pods: z.object({ ready: z.number(), desired: z.number() }).optional(),
  provenAt: time,
  keys: time,
  lease: z.object({ until: z.number(), ending: z.string().optional() }).optional(),
  lastRun: z
    .object({ id: z.string(), runbook: z.string(), status: z.string(), at: z.number() })
    .optional(),
});

const app = z.object({
  app: z.string(),
  isMadeHere: z.boolean(),
  isWorking: z.boolean(),
  rows: z.array(
    z.object({
      masked: z.string(),
      state: z.enum(['usable', 'pending', 'revoked', 'expired']),
      issuedAt: time,
      expiresAt: time,
      revokedBy: z.string().optional(),
      goesAt: time,
    }),
  ),
});

const point = z.object({ at: z.number(), requests: z.number(), errors: z.number() });
const usage = z.object({
  span: z.enum(['day', 'week']),
  from: z.number(),
  to: z.number(),
  unitMs: z.number(),
  series: z.array(z.object({ name: z.string(), points: z.array(point) })),
});

const quota = z.object({
  gateway: z.string(),
  user: z.string().optional(),
  isOwn: z.boolean(),
  app: z.string().optional(),
  limit: z.number(),
  quota: z.string(),
  shownByApigee: z.string().optional(),
  used: z.array(z.object({ app: z.string(), used: z.number(), resetsAt: time })).optional(),
  sent: z.union([usage, z.object({ problem: z.string() })]),
});

const partOf = <Found extends z.ZodType>(found: Found) =>
  z.union([z.object({ found }), z.object({ fault: storedFault })]);

const report = z.object({
  user: z.string(),
  at: z.number(),
  gateways: z.array(
    z.object({
      gateway: z.string(),
      status: partOf(status),
      activeRun: z
        .object({ id: z.string(), runbook: z.string(), by: storedWho, since: z.number() })
        .optional(),
      apps: partOf(z.array(app)),
      quota: partOf(quota),
    }),
  ),
});

/** The same fields: JSON omits a key that may be undefined. */
export const storedReport = report as z.ZodType<HomeReport, HomeReport>;
