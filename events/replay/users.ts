import { GetQueueAttributesCommand, paginateListDeadLetterSourceQueues } from "@aws-sdk/client-sqs";
import type { ReplayPlace } from "./replay-place.ts";
import type { Users } from "./source.ts";

/** The queues and functions whose dead letters go to a queue. */
export async function usersOf(place: ReplayPlace, queueUrl: string): Promise<Users> {
  const arn = await arnOf(place, queueUrl);
  const queueArns: string[] = [];
  for await (const { queueUrls = [] } of paginateListDeadLetterSourceQueues(
    { client: place.sqs },
    { QueueUrl: queueUrl },
  )) {
    queueArns.push(...(await Promise.all(queueUrls.map((url) => arnOf(place, url)))));
  }
  return { queueArns, functionArns: await place.functionsUsing(arn) };
}

async function arnOf({ sqs }: ReplayPlace, queueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }),
  );
  return Attributes?.QueueArn ?? "";
}
