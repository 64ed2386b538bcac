import type { Condition } from "./async-decision.ts";
import type { Delivery, QueuedEvent } from "./event-queue.ts";
import type { EventInvokeConfig, FunctionConfig } from "./function-config.ts";
import type { InvocationResult } from "./invoker.ts";

/** DLQ attributes hold no more of the error than this. */
const MAX_ERROR_MESSAGE = 1024;

/**
 * What is sent where when an asynchronous event has been processed: the invocation record to the destination for
 * its outcome, and for failures the bare event to the dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function deliveriesFor(input: {
  readonly event: QueuedEvent;
  readonly condition: Condition;
  readonly result: InvocationResult | undefined;
  readonly config: FunctionConfig;
  readonly functionArn: string;
  readonly invokeConfig: Omit<EventInvokeConfig, "functionName">;
  readonly now: number;
}): Delivery[] {
  const { condition, config, invokeConfig } = input;
  const isSuccess = condition === "Success";
  const destination = isSuccess ? invokeConfig.onSuccessArn : invokeConfig.onFailureArn;
  const deliveries: Delivery[] = [];
  if (destination) {
    deliveries.push({
      kind: "destination",
      targetArn: destination,
      body: JSON.stringify(invocationRecord(input)),
      detailType: `Lambda Function Invocation Result - ${isSuccess ? "Success" : "Failure"}`,
    });
  }
  if (!isSuccess && config.deadLetterArn) {
    deliveries.push({
      kind: "dead-letter",
      targetArn: config.deadLetterArn,
      body: input.event.payload,
      messageAttributes: {
        RequestID: input.event.requestId,
        ErrorCode: input.result ? "200" : "429",
        ErrorMessage: errorMessage(condition, input.result).slice(0, MAX_ERROR_MESSAGE),
      },
    });
  }
  return deliveries;
}

function invocationRecord(input: Parameters<typeof deliveriesFor>[0]): Record<string, unknown> {
  const { event, condition, result } = input;
  return {
    version: "1.0",
    timestamp: new Date(input.now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${input.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: event.attempts + (condition === "Success" ? 1 : 0),
    },
    requestPayload: JSON.parse(event.payload),
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: result.executedVersion,
        ...(result.functionError && { functionError: result.functionError }),
      },
      responsePayload: JSON.parse(result.payload),
    }),
  };
}

function errorMessage(condition: Condition, result: InvocationResult | undefined): string {
  if (!result) {
    return condition === "ZeroReservedConcurrency"
      ? "Function not invoked. Function is configured with zero reserved concurrent executions"
      : "Rate Exceeded.";
  }
  const error = JSON.parse(result.payload) as { errorMessage?: unknown } | null;
  return String(error?.errorMessage ?? result.payload);
}
