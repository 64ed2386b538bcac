import * as z from "zod";
import { hour } from "./hour.ts";

/** Asks `launch-batch` for a batch by hand: of one hour, or as the schedule would start it. */
export const batchRequest = z.strictObject({
  kind: z.literal("batch"),
  hour: hour.optional(),
});
export type BatchRequest = z.infer<typeof batchRequest>;

/** What `launch-batch` answers. */
export const batchLaunched = z.object({ taskArn: z.string() });
export type BatchLaunched = z.infer<typeof batchLaunched>;

/** The environment variable in which a batch by hand finds its hour. */
export const HOUR_VARIABLE = "LONGSHORE_HOUR";

/** Exit code of a batch by hand for which another batch left no time. */
export const BUSY_EXIT = 75;
