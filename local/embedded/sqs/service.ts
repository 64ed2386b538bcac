import { AwsError } from "../../wire/aws-error.ts";
import { readBody } from "../../wire/body.ts";
import { parseInput } from "../../wire/operation.ts";
import type { GatewayService } from "../../wire/service.ts";
import type { FauxqsError } from "../fauxqs.ts";
import { type Sqs, sqsOperations } from "./operations.ts";

/**
 * What clients from before SQS spoke JSON know an error as; SDKs read it from a header.
 * (Smithy, awsQueryCompatible)
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
};

/** SQS over AWS JSON 1.0, what every SDK since 2023 speaks. */
export function sqsService(sqs: Sqs): GatewayService {
  return {
    signingNames: ["sqs"],
    async handle(request, response, context) {
      const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
        const text = JSON.stringify(body);
        response.writeHead(status, {
          "content-type": "application/x-amz-json-1.0",
          "content-length": Buffer.byteLength(text),
          "x-amzn-requestid": context.requestId,
          ...headers,
        });
        response.end(text);
      };
      try {
        const { name, input } = readCall(
          String(request.headers["x-amz-target"] ?? ""),
          (await readBody(request)).toString("utf8"),
        );
        const definition = sqsOperations[name];
        if (!definition) {
          throw new AwsError(
            "UnknownOperationException",
            `sqs ${name} is not played by the local runtime; see docs/local-support.md`,
          );
        }
        const parsed = parseInput("sqs", name, definition, input, "InvalidParameterValue");
        context.authorize?.(name, parsed);
        send(200, await definition.run(sqs, parsed, context));
      } catch (thrown) {
        const error = asAwsError(thrown);
        const queryCode = QUERY_CODES[error.code] ?? error.code;
        send(
          error.statusCode,
          { __type: `com.amazonaws.sqs#${error.code}`, message: error.message, ...error.members },
          { "x-amzn-query-error": `${queryCode};${error.fault}` },
        );
      }
    },
  };
}

function readCall(target: string, body: string): { name: string; input: unknown } {
  const [service, name] = target.split(".");
  if (service !== "AmazonSQS" || !name) {
    throw new AwsError(
      "UnsupportedProtocol",
      "sqs is played over AWS JSON 1.0 (header X-Amz-Target) alone; the query protocol that SDKs spoke before " +
        "November 2023 is not played. Update the client.",
    );
  }
  try {
    return { name, input: body === "" ? {} : JSON.parse(body) };
  } catch (cause) {
    throw new AwsError("SerializationException", "The request body is not JSON", { cause });
  }
}

/** fauxqs' errors carry AWS' codes, but are a class of its own. */
export function asAwsError(thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  const { code, statusCode, message } = thrown as FauxqsError;
  if (typeof code !== "string" || typeof statusCode !== "number") throw thrown;
  return new AwsError(code, message, { statusCode, cause: thrown });
}
