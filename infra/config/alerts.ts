import { z } from "zod";
import { several } from "./values.ts";

/** Who hears of what went wrong; any number of each. */
export const alertSettings = {
  alertEmail: several(z.email())
    .default([])
    .describe("Mail addresses that get alerts; each has to confirm once."),
  alertHttps: several(z.url({ protocol: /^https$/, error: "is an https:// address" }))
    .default([])
    .describe("Addresses that alerts are posted to, as SNS does; each has to confirm once."),
  alertQueueArn: several(
    z.string().regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w.-]+$/, "is the ARN of an SQS queue"),
  )
    .default([])
    .describe("SQS queues that alerts go to; their own policies have to let the topic send."),
};
