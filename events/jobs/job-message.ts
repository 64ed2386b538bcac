import * as z from "zod";
import { s3ObjectCreated } from "../aws/s3-object-created.ts";

/**
 * What a rule's input transformer sends to the jobs queue and to `launch-upload`: the pipeline that the rule
 * stands for, and the event as it came.
 */
export const jobMessage = z.object({ pipeline: z.string(), event: s3ObjectCreated });
export type JobMessage = z.infer<typeof jobMessage>;
