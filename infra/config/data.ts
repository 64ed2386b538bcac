import { z } from "zod";
import { whole } from "./values.ts";

const days = () => whole(1, 3650);
const key = z.enum(["aws", "own"]).default("aws");

/** What is kept, for how long, and under whose key. */
export const dataSettings = {
  dataEncryption: key.describe(
    "Key of buckets, tables, queues and the alerts topic: `aws` for keys that AWS owns or manages, `own` for a KMS key of this stack, which turns every year. Access logs stay under S3's key, the only one that load balancers write with.",
  ),
  logEncryption: key.describe("Key of log groups: AWS's, or the stack's own KMS key."),
  uploadRetentionDays: days()
    .optional()
    .describe("Days after which an upload is deleted; by default when somebody deletes it."),
  oldVersionRetentionDays: days()
    .default(30)
    .describe("Days in which an upload that was deleted or written over can be brought back."),
  resultRetentionDays: days()
    .optional()
    .describe("Days after which results and reports are deleted; by default when somebody deletes them."),
  incidentRetentionDays: days().default(90).describe("Days that incidents are kept."),
  removalPolicy: z
    .enum(["retain", "destroy"])
    .default("retain")
    .describe(
      "Whether buckets, tables and the KMS key outlive the stack. CloudFormation deletes a bucket only when it is empty.",
    ),
};
