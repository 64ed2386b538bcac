import type { IncomingMessage } from "node:http";
import { AwsError, NotPlayedError } from "./aws-error.ts";
import { readBody } from "./body.ts";
import { type Operation, parseInput } from "./operation.ts";
import type { GatewayService } from "./service.ts";
import { splitTarget } from "./target.ts";

/** Where an operation answers, and which input members do not come from the JSON body. */
export interface RestOperation<Service> extends Operation<Service> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  /** Path with labels, e.g. `/2015-03-31/functions/{FunctionName}`; labels become input members. */
  readonly path: string;
  /** Status of a success. @default 200 */
  readonly status?: number;
  /** Lower-case header name → input member. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Input member that takes the whole body as a Buffer; without it the body is a JSON object of members. */
  readonly payload?: string;
}

/** A result that is not a JSON document with the operation's usual status. */
export class RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;

  constructor(status: number, body: string | Buffer = "", headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export interface RestJsonServiceOptions<Service> {
  readonly signingNames: readonly string[];
  /** Error code for input that breaks a documented rule. */
  readonly validationCode: string;
  readonly service: Service;
  readonly operations: Readonly<Record<string, RestOperation<Service>>>;
}

/** A service that speaks AWS REST-JSON: operations told apart by method and path (Lambda, EFS, Scheduler). */
export function restJsonService<Service>(options: RestJsonServiceOptions<Service>): GatewayService {
  const [name = ""] = options.signingNames;
  return {
    signingNames: options.signingNames,
    async handle(request, response, context) {
      const send = (status: number, body: string | Buffer, headers: Readonly<Record<string, string>>) => {
        response.writeHead(status, {
          "content-type": "application/json",
          // 204 has no body, and must not announce one.
          ...(status !== 204 && { "content-length": Buffer.byteLength(body) }),
          "x-amzn-requestid": context.requestId,
          ...headers,
        });
        response.end(status === 204 ? undefined : body);
      };
      try {
        const { path, query } = splitTarget(request.url);
        const route = matchRoute(options.operations, request.method ?? "", path);
        if (!route) throw new NotPlayedError(`${name} ${request.method} ${path}`);
        const raw = {
          ...queryMembers(query),
          ...headerMembers(request, route.operation.headers ?? {}),
          ...bodyMembers(await readBody(request), route.operation.payload),
          ...route.labels,
        };
        const input = parseInput(name, route.operationName, route.operation, raw, options.validationCode);
        context.authorize?.(route.operationName, input);
        const result = await route.operation.run(options.service, input, context);
        if (result instanceof RestResponse) return send(result.status, result.body, result.headers);
        send(route.operation.status ?? 200, JSON.stringify(result ?? {}), {});
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const body = JSON.stringify({ message: error.message, ...error.members });
        send(error.statusCode, body, { "x-amzn-errortype": error.code });
      }
    },
  };
}

/** The operation behind a method and path, with the path's labels decoded. */
export function matchRoute<Service>(
  operations: Readonly<Record<string, RestOperation<Service>>>,
  method: string,
  pathname: string,
) {
  const segments = split(pathname);
  for (const [operationName, operation] of Object.entries(operations)) {
    if (operation.method !== method) continue;
    const labels = matchPath(split(operation.path), segments);
    if (labels) return { operationName, operation, labels };
  }
  return undefined;
}

function split(path: string): string[] {
  return path.replace(/\/$/, "").split("/");
}

function matchPath(template: string[], segments: string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    if (!part.startsWith("{")) {
      if (part !== segment) return undefined;
    } else {
      labels[part.slice(1, -1)] = decode(segment);
    }
  }
  return labels;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new AwsError("SerializationException", `The path segment ${segment} is not URL-encoded`, { cause });
  }
}

function queryMembers(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const values = query.getAll(key);
      return [key, values.length > 1 ? values : values[0]];
    }),
  );
}

function headerMembers(
  request: IncomingMessage,
  members: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const present = Object.entries(members).filter(([header]) => request.headers[header] !== undefined);
  return Object.fromEntries(present.map(([header, member]) => [member, request.headers[header]]));
}

function bodyMembers(body: Buffer, payload: string | undefined): Record<string, unknown> {
  if (payload) return { [payload]: body };
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch (cause) {
    throw new AwsError("SerializationException", "The request body is not JSON", { cause });
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object");
}
