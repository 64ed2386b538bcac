import { ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetQueueUrlCommand, type Message, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Connection } from "../operator/connection.ts";
import type { Source } from "./source.ts";
import { targetInput } from "./target-input.ts";

/** Where a message would go, and what takes it there; or why it stays. */
export type Return = { readonly to: string; readonly send: () => Promise<void> } | { readonly stays: string };

/** Works out the way back of a dead letter without going it. */
export async function wayBack(connection: Connection, message: Message, source: Source): Promise<Return> {
  const body = message.Body ?? "";
  switch (source.kind) {
    case "queue":
      return { to: source.queueArn, send: () => sendToQueue(connection, source.queueArn, message) };
    case "function":
      return { to: source.functionArn, send: () => invoke(connection, source.functionArn, body) };
    case "rule":
      return toTarget(connection, source, body);
    case "unknown":
      return { stays: source.why };
  }
}

async function toTarget(
  connection: Connection,
  { ruleArn, targetArn }: { ruleArn: string; targetArn: string },
  event: string,
): Promise<Return> {
  const target = await findTarget(connection, ruleArn, targetArn);
  if (!target) return { stays: `its rule ${ruleArn} has no target ${targetArn} any longer` };
  const input = targetInput(target, event);
  if (input === undefined)
    return { stays: `the input transformer of ${ruleArn} is not one that can be repeated here` };
  const [, , service] = targetArn.split(":");
  if (service === "lambda") return { to: targetArn, send: () => invoke(connection, targetArn, input) };
  if (service === "sqs")
    return { to: targetArn, send: () => sendToQueue(connection, targetArn, { Body: input }) };
  return { stays: `targets of ${service} are not put back by this command` };
}

/** `rule/name`, or `rule/bus/name` on a bus of its own. */
async function findTarget({ events }: Connection, ruleArn: string, targetArn: string) {
  const parts = ruleArn.split(":rule/")[1]?.split("/") ?? [];
  const [bus, name] = parts.length > 1 ? [parts[0], parts[1]] : [undefined, parts[0]];
  try {
    const { Targets = [] } = await events.send(
      new ListTargetsByRuleCommand({ Rule: name, ...(bus === undefined ? {} : { EventBusName: bus }) }),
    );
    return Targets.find(({ Arn }) => Arn === targetArn);
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function invoke({ lambda }: Connection, functionArn: string, payload: string): Promise<void> {
  await lambda.send(
    new InvokeCommand({ FunctionName: functionArn, InvocationType: "Event", Payload: Buffer.from(payload) }),
  );
}

async function sendToQueue({ sqs }: Connection, queueArn: string, message: Message): Promise<void> {
  const { QueueUrl } = await sqs.send(
    new GetQueueUrlCommand({
      QueueName: queueArn.split(":")[5],
      QueueOwnerAWSAccountId: queueArn.split(":")[4],
    }),
  );
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: message.Body,
      ...(message.MessageAttributes ? { MessageAttributes: message.MessageAttributes } : {}),
    }),
  );
}
