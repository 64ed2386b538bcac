import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { Queue } from "../api/schemas/cluster.ts";

/** The deployment's queues, by the names that the command line and the alarms use: their URLs. */
export const queueUrls = z.strictObject({
  work: z.record(z.string(), z.url()),
  deadLetters: z.record(z.string(), z.url()),
});
export type QueueUrls = z.output<typeof queueUrls>;

/** How full each queue is; SQS's figures are approximate. */
export async function listQueues(sqs: SQSClient, urls: QueueUrls): Promise<Queue[]> {
  const named = [
    ...Object.entries(urls.work).map(([name, url]) => ({ name, url, kind: "work" as const })),
    ...Object.entries(urls.deadLetters).map(([name, url]) => ({ name, url, kind: "dead-letters" as const })),
  ];
  return Promise.all(
    named.map(async ({ name, url, kind }) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
          ],
        }),
      );
      return {
        name,
        kind,
        visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
        delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
      };
    }),
  );
}

/** The name that metrics have a queue under: the end of its URL. */
export function queueNameOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
