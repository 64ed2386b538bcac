import { AwsError } from "./aws-error.ts";
import { readBody } from "./body.ts";
import { type Operation, parseInput } from "./operation.ts";
import type { GatewayService } from "./service.ts";

export interface JsonServiceOptions<Service> {
  readonly signingNames: readonly string[];
  /** Prefix of the `X-Amz-Target` header, e.g. `AmazonEC2ContainerServiceV20141113`. */
  readonly targetPrefix: string;
  readonly version: "1.0" | "1.1";
  /** Error code for input that breaks a documented rule, e.g. `InvalidParameterException`. */
  readonly validationCode: string;
  readonly service: Service;
  readonly operations: Readonly<Record<string, Operation<Service>>>;
}

/** A service that speaks AWS JSON 1.0 or 1.1: one POST, the operation named in `X-Amz-Target`. */
export function jsonService<Service>(options: JsonServiceOptions<Service>): GatewayService {
  const contentType = `application/x-amz-json-${options.version}`;
  const [name = ""] = options.signingNames;
  return {
    signingNames: options.signingNames,
    async handle(request, response, context) {
      const send = (status: number, body: unknown) => {
        const text = JSON.stringify(body ?? {});
        response.writeHead(status, {
          "content-type": contentType,
          "content-length": Buffer.byteLength(text),
          "x-amzn-requestid": context.requestId,
        });
        response.end(text);
      };
      try {
        const target = String(request.headers["x-amz-target"] ?? "");
        const operationName = target.startsWith(`${options.targetPrefix}.`)
          ? target.slice(options.targetPrefix.length + 1)
          : target;
        const definition = options.operations[operationName];
        if (!definition) {
          throw new AwsError(
            "UnknownOperationException",
            `${name} ${operationName || "(no X-Amz-Target)"} is not played by the local runtime; see docs/local-support.md`,
          );
        }
        const input = parseInput(
          name,
          operationName,
          definition,
          parseJson(await readBody(request)),
          options.validationCode,
        );
        context.authorize?.(operationName, input);
        send(200, await definition.run(options.service, input, context));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        send(error.statusCode, { __type: error.code, message: error.message, ...error.members });
      }
    },
  };
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AwsError("SerializationException", "The request body is not JSON", { cause });
  }
}
