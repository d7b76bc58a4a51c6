// Schemas of helm's JSON output.
import { z } from 'zod';

/** `helm get metadata --output json` */
export const metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  revision: z.number(),
  status: z.string(),
  chart: z.string(),
  version: z.string(),
  deployedAt: z
    .string()
    .nullish()
    .transform((text) => {
      const at = Date.parse(text ?? '');
      return Number.isNaN(at) ? 0 : at;
    }),
});

/** `helm get values --output json`: null when there are none. */
export const values = z.record(z.string(), z.unknown()).nullable();
