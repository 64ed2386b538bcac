import { z } from "zod";
import { RestResponse } from "../../wire/rest-json-service.ts";
import { lambdaError } from "../lambda-error.ts";
import type { LambdaState } from "../lambda-state.ts";
import { nameOf, rest } from "./rest-operation.ts";

/**
 * Payload limits in bytes; asynchronous events may hold 1 MB since October 2025.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const PAYLOAD_LIMITS = { RequestResponse: 6_291_456, Event: 1_048_576 };

const schema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string().optional(),
  InvocationType: z.enum(["RequestResponse", "Event", "DryRun"]).default("RequestResponse"),
  LogType: z.enum(["None", "Tail"]).default("None"),
  ClientContext: z.string().optional(),
  DurableExecutionName: z.never("durable executions are not played").optional(),
  TenantId: z.never("tenants are not played").optional(),
  Payload: z.instanceof(Buffer),
});

export const invoke = rest(
  {
    method: "POST",
    path: "/2015-03-31/functions/{FunctionName}/invocations",
    payload: "Payload",
    headers: {
      "x-amz-invocation-type": "InvocationType",
      "x-amz-log-type": "LogType",
      "x-amz-client-context": "ClientContext",
      "x-amz-durable-execution-name": "DurableExecutionName",
      "x-amz-tenant-id": "TenantId",
    },
  },
  schema,
  async (state, input, context) => {
    const functionName = nameOf(state, input);
    state.functions.get(functionName);
    if (input.InvocationType === "DryRun") return new RestResponse(204);
    const payload = readPayload(input.Payload, input.InvocationType);
    const clientContext = readClientContext(input.ClientContext);
    if (input.InvocationType === "Event") {
      const requestId = state.dispatcher.add(functionName, payload, clientContext);
      return new RestResponse(202, "", { "x-amzn-requestid": requestId });
    }
    return await respond(state, input.LogType, functionName, payload, clientContext, context.requestId);
  },
);

async function respond(
  state: LambdaState,
  logType: "None" | "Tail",
  functionName: string,
  payload: string,
  clientContext: unknown,
  requestId: string,
): Promise<RestResponse> {
  const result = await state.invoker.invoke(functionName, payload, { requestId, clientContext });
  return new RestResponse(200, result.payload, {
    "x-amz-executed-version": result.executedVersion,
    ...(result.functionError && { "x-amz-function-error": result.functionError }),
    ...(logType === "Tail" && { "x-amz-log-result": result.logTail }),
  });
}

function readPayload(body: Buffer, type: "RequestResponse" | "Event"): string {
  const limit = PAYLOAD_LIMITS[type];
  if (body.length > limit) {
    throw lambdaError(
      "RequestTooLargeException",
      `${body.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
    );
  }
  if (body.length === 0) return "{}";
  const text = body.toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw lambdaError(
      "InvalidRequestContentException",
      `Could not parse request body into json: Could not parse payload into json: ${reason}`,
      400,
    );
  }
}

function readClientContext(header: string | undefined): unknown {
  if (header === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(header, "base64").toString("utf8"));
  } catch {
    throw lambdaError(
      "InvalidRequestContentException",
      "Client context must be a valid Base64-encoded JSON object.",
      400,
    );
  }
}
