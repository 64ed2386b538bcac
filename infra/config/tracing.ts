import { z } from "zod";

/** Whether single invocations can be followed. */
export const tracingSettings = {
  tracing: z
    .enum(["none", "xray"])
    .default("none")
    .describe(
      "Whether functions report what they do to AWS X-Ray, with their calls of AWS, in the share that X-Ray samples. Containers do not.",
    ),
};
