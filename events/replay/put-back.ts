import { GetQueueUrlCommand, type Message, SendMessageCommand } from "@aws-sdk/client-sqs";
import { type ReplayPlace, ruleNameOf } from "./replay-place.ts";
import type { Source } from "./source.ts";
import { targetInput } from "./target-input.ts";

/** Where a message would go, and what takes it there; or why it stays. */
export type Return = { readonly to: string; readonly send: () => Promise<void> } | { readonly stays: string };

/** Works out the way back of a dead letter without going it. */
export async function wayBack(place: ReplayPlace, message: Message, source: Source): Promise<Return> {
  const body = message.Body ?? "";
  switch (source.kind) {
    case "queue":
      return { to: source.queueArn, send: () => sendToQueue(place, source.queueArn, message) };
    case "function":
      return { to: source.functionArn, send: () => place.invoke(source.functionArn, body) };
    case "rule":
      return toTarget(place, source, body);
    case "unknown":
      return { stays: source.why };
  }
}

async function toTarget(
  place: ReplayPlace,
  { ruleArn, targetArn }: { ruleArn: string; targetArn: string },
  event: string,
): Promise<Return> {
  const target = await place.findTarget(ruleNameOf(ruleArn), targetArn);
  if (!target) return { stays: `its rule ${ruleArn} has no target ${targetArn} any longer` };
  const input = targetInput(target, event);
  if (input === undefined)
    return { stays: `the input transformer of ${ruleArn} is not one that can be repeated here` };
  const [, , service] = targetArn.split(":");
  if (service === "lambda") return { to: targetArn, send: () => place.invoke(targetArn, input) };
  if (service === "sqs") return { to: targetArn, send: () => sendToQueue(place, targetArn, { Body: input }) };
  return { stays: `targets of ${service} are not put back by this command` };
}

async function sendToQueue({ sqs }: ReplayPlace, queueArn: string, message: Message): Promise<void> {
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
