import { type EventBridgeClient, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { InvokeCommand, type LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { ReplayPlace } from "./replay-place.ts";

/** Gives dead letters back through the services' own clients: for whoever has all of them. */
export function replayPlace(clients: {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
}): ReplayPlace {
  const { sqs, lambda, events } = clients;
  return {
    sqs,
    async invoke(FunctionName, payload) {
      await lambda.send(
        new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: Buffer.from(payload) }),
      );
    },
    async functionsUsing(queueArn) {
      const arns: string[] = [];
      for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
        for (const { FunctionArn, DeadLetterConfig } of Functions) {
          if (FunctionArn !== undefined && DeadLetterConfig?.TargetArn === queueArn) arns.push(FunctionArn);
        }
      }
      return arns;
    },
    async findTarget({ name, bus }, targetArn) {
      try {
        const { Targets = [] } = await events.send(
          new ListTargetsByRuleCommand({ Rule: name, ...(bus === undefined ? {} : { EventBusName: bus }) }),
        );
        return Targets.find(({ Arn }) => Arn === targetArn);
      } catch (error) {
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    },
  };
}
