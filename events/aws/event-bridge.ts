import * as z from "zod";

/**
 * The envelope around every event on an EventBridge bus.
 * Source: Amazon EventBridge user guide, "Event structure reference".
 */
export const eventBridgeEvent = z.looseObject({
  version: z.string(),
  id: z.string(),
  "detail-type": z.string(),
  source: z.string(),
  account: z.string(),
  /** ISO 8601, whole seconds. */
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});

export type EventBridgeEvent = z.infer<typeof eventBridgeEvent>;
