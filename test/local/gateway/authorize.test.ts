import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type AuthorizedCall, createGateway, type Gateway } from "../../../local/gateway/gateway.ts";
import { AwsError } from "../../../local/wire/aws-error.ts";
import { jsonService } from "../../../local/wire/json-service.ts";
import { operation } from "../../../local/wire/operation.ts";
import { queryService } from "../../../local/wire/query-service.ts";
import { restJsonService } from "../../../local/wire/rest-json-service.ts";
import type { Caller } from "../../../local/wire/service.ts";

const role: Caller = {
  kind: "role",
  arn: "arn:aws:sts::000000000000:assumed-role/worker/1",
  roleArn: "arn:aws:iam::000000000000:role/worker",
};

let gateway: Gateway;
let url: string;
let asked: AuthorizedCall[];
let ran: string[];
let refuses: boolean;

beforeEach(async () => {
  [asked, ran, refuses] = [[], [], false];
  const define = operation<string>();
  const run = define(z.strictObject({ Name: z.string() }), (service, { Name }) => {
    ran.push(`${service} ${Name}`);
    return { Said: Name };
  });
  gateway = createGateway(() => {});
  const { port } = await gateway.listen(0, "127.0.0.1");
  url = `http://127.0.0.1:${port}`;
  gateway.open({
    services: [
      jsonService({
        signingNames: ["ecs"],
        targetPrefix: "Ecs",
        version: "1.1",
        validationCode: "ClientException",
        service: "ecs",
        operations: { Say: run },
      }),
      queryService({
        signingNames: ["sts"],
        xmlNamespace: "urn:sts",
        service: "sts",
        operations: { Say: run },
      }),
      restJsonService({
        signingNames: ["lambda"],
        validationCode: "InvalidParameterValueException",
        service: "lambda",
        operations: { Say: { ...run, method: "POST", path: "/say/{Name}" } },
      }),
    ],
    identify: () => role,
    identifySigner: () => role,
    unknownKey: () => new AwsError("InvalidClientTokenId", "unknown", { statusCode: 403 }),
    internal: () => false,
    authorize(call) {
      asked.push(call);
      if (refuses) throw new AwsError("AccessDeniedException", "not you", { statusCode: 403 });
    },
  });
});

afterEach(() => gateway.close());

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=K/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  "user-agent": "test",
});

/** The same operation in each of the protocols. */
const calls: readonly [service: string, call: () => Promise<Response>][] = [
  [
    "ecs",
    () =>
      fetch(url, {
        method: "POST",
        headers: { ...signed("ecs"), "x-amz-target": "Ecs.Say" },
        body: '{"Name":"hello"}',
      }),
  ],
  [
    "sts",
    () =>
      fetch(url, {
        method: "POST",
        headers: { ...signed("sts"), "content-type": "application/x-www-form-urlencoded" },
        body: "Action=Say&Name=hello",
      }),
  ],
  ["lambda", () => fetch(`${url}/say/hello`, { method: "POST", headers: signed("lambda") })],
];

it.each(["Name=hello&Name.member=other", "Name=hello&Name.1=other"])(
  "a form that names one member in two ways is refused: %s",
  async (fields) => {
    const headers = { ...signed("sts"), "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(url, { method: "POST", headers, body: `Action=Say&${fields}` });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("MalformedQueryString");
    expect(ran).toEqual([]);
  },
);

describe.each(calls)("a call to %s", (service, call) => {
  it("is asked about with the input that the operation gets", async () => {
    expect((await call()).status).toBe(200);
    expect(asked).toEqual([
      {
        caller: role,
        service,
        operation: "Say",
        input: { Name: "hello" },
        sourceIp: "127.0.0.1",
        userAgent: "test",
      },
    ]);
    expect(ran).toEqual([`${service} hello`]);
  });

  it("does nothing once it is refused, and says why", async () => {
    refuses = true;
    const response = await call();
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("not you");
    expect(ran).toEqual([]);
  });
});
