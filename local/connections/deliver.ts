import type { Messaging } from "../embedded/messaging.ts";
import type { DeliveryRequest } from "../eventbridge/delivery/request.ts";
import { AwsError } from "../wire/aws-error.ts";

/** What can be the target of a rule, a function's destination or a dead-letter queue. */
export interface Destinations {
  readonly messaging: Messaging;
  /** Queues an asynchronous invocation; it is safe when this returns. */
  readonly invokeAsync: (functionArn: string, payload: string) => void;
  /** @throws AwsError when ECS refuses the task */
  readonly runTask: (request: DeliveryRequest) => Promise<void>;
  readonly writeLog: (groupArn: string, message: string) => void;
}

/** Hands an event of a rule to its target. @throws AwsError when the target refuses it */
export async function deliverToTarget(request: DeliveryRequest, destinations: Destinations): Promise<void> {
  const { targetArn, input } = request;
  switch (serviceOf(targetArn)) {
    case "sqs": {
      const groupId = request.sqsParameters?.MessageGroupId;
      destinations.messaging.sendMessage(targetArn, input, { groupId });
      return;
    }
    case "sns":
      await destinations.messaging.publish(targetArn, { message: input });
      return;
    case "lambda":
      destinations.invokeAsync(targetArn, input);
      return;
    case "ecs":
      await destinations.runTask(request);
      return;
    case "logs":
      destinations.writeLog(targetArn, input);
      return;
    default:
      throw new AwsError(
        "ValidationException",
        `Targets of ${targetArn} are not played by the local runtime`,
      );
  }
}

/** Sends a record to the queue or topic behind an ARN, with text attributes. */
export async function sendRecord(
  destinationArn: string,
  body: string,
  attributes: Readonly<Record<string, string>>,
  { messaging, invokeAsync }: Pick<Destinations, "messaging" | "invokeAsync">,
): Promise<void> {
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
  switch (serviceOf(destinationArn)) {
    case "sqs":
      messaging.sendMessage(destinationArn, body, { messageAttributes });
      return;
    case "sns":
      await messaging.publish(destinationArn, { message: body, messageAttributes });
      return;
    case "lambda":
      invokeAsync(destinationArn, body);
      return;
    default:
      throw new AwsError("ValidationException", `Destinations of ${destinationArn} are not played locally`);
  }
}

function serviceOf(arn: string): string {
  return arn.split(":")[2] ?? "";
}
