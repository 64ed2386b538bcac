import { paginateListFunctions } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, paginateListDeadLetterSourceQueues } from "@aws-sdk/client-sqs";
import type { Connection } from "../operator/connection.ts";
import type { Users } from "./source.ts";

/** The queues and functions whose dead letters go to a queue. */
export async function usersOf(connection: Connection, queueUrl: string): Promise<Users> {
  const arn = await arnOf(connection, queueUrl);
  const queueArns: string[] = [];
  for await (const { queueUrls = [] } of paginateListDeadLetterSourceQueues(
    { client: connection.sqs },
    { QueueUrl: queueUrl },
  )) {
    queueArns.push(...(await Promise.all(queueUrls.map((url) => arnOf(connection, url)))));
  }
  const functionArns: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: connection.lambda }, {})) {
    for (const { FunctionArn, DeadLetterConfig } of Functions) {
      if (FunctionArn !== undefined && DeadLetterConfig?.TargetArn === arn) functionArns.push(FunctionArn);
    }
  }
  return { queueArns, functionArns };
}

async function arnOf({ sqs }: Connection, queueUrl: string): Promise<string> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }),
  );
  return Attributes?.QueueArn ?? "";
}
