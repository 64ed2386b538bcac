import { z } from "zod";

/** What is kept, for how long, and under whose key. */
export const dataSettings = {
  removalPolicy: z
    .enum(["retain", "destroy"])
    .default("retain")
    .describe(
      "Whether buckets and tables outlive the stack. CloudFormation deletes a bucket only when it is empty.",
    ),
};
