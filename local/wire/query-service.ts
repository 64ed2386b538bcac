import { AwsError } from "./aws-error.ts";
import { readBody } from "./body.ts";
import { type Operation, parseInput } from "./operation.ts";
import type { GatewayService } from "./service.ts";
import { toXml } from "./xml.ts";

export interface QueryServiceOptions<Service> {
  readonly signingNames: readonly string[];
  readonly xmlNamespace: string;
  readonly service: Service;
  readonly operations: Readonly<Record<string, Operation<Service>>>;
}

/** A service that speaks the AWS query protocol: form fields in, XML out (STS, CloudFormation). */
export function queryService<Service>(options: QueryServiceOptions<Service>): GatewayService {
  const [name = ""] = options.signingNames;
  return {
    signingNames: options.signingNames,
    async handle(request, response, context) {
      const send = (status: number, xml: string) => {
        response.writeHead(status, {
          "content-type": "text/xml",
          "content-length": Buffer.byteLength(xml),
          "x-amzn-requestid": context.requestId,
        });
        response.end(xml);
      };
      try {
        const form = new URLSearchParams((await readBody(request)).toString("utf8"));
        const action = form.get("Action") ?? "";
        const definition = options.operations[action];
        if (!definition) {
          throw new AwsError(
            "InvalidAction",
            `${name} ${action || "(no Action)"} is not played by the local runtime; see docs/local-support.md`,
          );
        }
        const input = parseInput(name, action, definition, unflatten(form), "ValidationError");
        context.authorize?.(action, input);
        const result = await definition.run(options.service, input, context);
        const body =
          toXml(`${action}Result`, result) + toXml("ResponseMetadata", { RequestId: context.requestId });
        send(200, `<${action}Response xmlns="${options.xmlNamespace}">${body}</${action}Response>`);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const body =
          toXml("Error", { Type: error.fault, Code: error.code, Message: error.message }) +
          toXml("RequestId", context.requestId);
        send(error.statusCode, `<ErrorResponse xmlns="${options.xmlNamespace}">${body}</ErrorResponse>`);
      }
    },
  };
}

/**
 * Form fields to nested input: `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: "a" }] }`.
 * `Action` and `Version` name the call and are left out.
 * @throws AwsError MalformedQueryString for a field that is a value and has members
 */
export function unflatten(form: URLSearchParams): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of form) {
    if (path === "Action" || path === "Version") continue;
    // It would set the list's own member, behind the back of whoever reads the field by its name.
    if (path.endsWith(".member")) throw malformed(path);
    const steps = path.split(".").filter((step) => step !== "member");
    let node = root;
    for (const [index, step] of steps.entries()) {
      if (index === steps.length - 1) {
        node[step] = value;
      } else {
        node[step] ??= {};
        if (typeof node[step] !== "object") throw malformed(path);
        node = node[step] as Record<string, unknown>;
      }
    }
  }
  return listify(root) as Record<string, unknown>;
}

function malformed(path: string): AwsError {
  return new AwsError("MalformedQueryString", `The form field ${path} is malformed.`, { statusCode: 404 });
}

function listify(node: unknown): unknown {
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, listify(value)] as const);
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
  }
  return Object.fromEntries(entries);
}
