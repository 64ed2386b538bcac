import { z } from "zod";

/** What `infra/print-config.ts` prints. */
export const effectiveConfig = z.object({
  settings: z.array(
    z.object({
      name: z.string(),
      group: z.string(),
      value: z.unknown(),
      from: z.enum(["default", "context", "environment"]),
      description: z.string(),
    }),
  ),
  costs: z.array(
    z.object({
      setting: z.string().optional(),
      what: z.string(),
      monthly: z.number().optional(),
      usage: z.string().optional(),
    }),
  ),
  total: z.number(),
  prices: z.object({ region: z.string(), asOf: z.string(), source: z.string() }),
});
export type EffectiveConfig = z.output<typeof effectiveConfig>;
