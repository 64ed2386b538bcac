import * as z from "zod";
import { s3ObjectCreated } from "../aws/s3-object-created.ts";

/**
 * What a rule's input transformer sends to the jobs queue and to `launch-upload`: the pipeline that the rule
 * stands for, and the event as it came.
 */
export const jobMessage = z.object({ pipeline: z.string(), event: s3ObjectCreated });
export type JobMessage = z.infer<typeof jobMessage>;

/**
 * Receives of one message of the jobs queue before it is a dead letter. Workers count attempts themselves and end far
 * earlier, unless it is AWS that fails: then they let the job wait for as long as its message may come back.
 */
export const JOB_MESSAGE_RECEIVES = 10;
