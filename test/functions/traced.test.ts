import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { bundleFunction } from "../../infra/bundling/bundle-function.ts";

const directory = mkdtempSync(join(tmpdir(), "longshore-traced-"));
/** In place of X-Ray's daemon, which Lambda runs beside a function. */
const daemon = createSocket("udp4");
const received: string[] = [];
/** In place of DynamoDB. */
const dynamo = createServer((_, response) => {
  response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ __type: "ResourceNotFoundException", message: "no such table" }));
});

beforeAll(async () => {
  bundleFunction("stop-overdue", directory);
  daemon.on("message", (message) => received.push(message.toString()));
  daemon.bind(0, "127.0.0.1");
  dynamo.listen(0, "127.0.0.1");
  await Promise.all([once(daemon, "listening"), once(dynamo, "listening")]);
});

afterAll(() => {
  daemon.close();
  dynamo.close();
  rmSync(directory, { recursive: true, force: true });
});

const traceOf = (digit: string) => `1-6543210f-${digit.repeat(24)}`;

/** Invokes the bundle once for each header, in one process, as Lambda would. @returns errors that it answered with */
async function invoke(headers: readonly string[], variables: Readonly<Record<string, string>>) {
  const script = `
    const { handler } = await import(${JSON.stringify(join(directory, "index.mjs"))});
    for (const header of ${JSON.stringify(headers)}) {
      process.env._X_AMZN_TRACE_ID = header;
      await handler({}, { awsRequestId: "r", functionName: "f", getRemainingTimeInMillis: () => 1000 })
        .catch(({ name }) => console.log("failed:" + name));
    }`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--no-warnings", "--eval", script],
    {
      env: {
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(dynamo.address() as AddressInfo).port}`,
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        LAMBDA_TASK_ROOT: directory,
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
        _HANDLER: "index.handler",
        POWERTOOLS_SERVICE_NAME: "stop-overdue",
        JOBS_TABLE: "jobs",
        OBJECTS_TABLE: "objects",
        INCIDENTS_TABLE: "incidents",
        INCIDENT_DAYS: "30",
        COUNTERS_TABLE: "counters",
        ALERTS_TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:alerts",
        CLUSTER: "cluster",
        ...variables,
      },
    },
  );
  return stdout.match(/failed:\w+/g) ?? [];
}

const subsegment: z.ZodType<Subsegment> = z.lazy(() =>
  z.looseObject({
    name: z.string(),
    trace_id: z.string().optional(),
    parent_id: z.string().optional(),
    fault: z.boolean().optional(),
    subsegments: z.array(subsegment).optional(),
  }),
);
interface Subsegment {
  name: string;
  trace_id?: string | undefined;
  parent_id?: string | undefined;
  fault?: boolean | undefined;
  subsegments?: Subsegment[] | undefined;
}

/** A datagram is a header line and a segment. */
const segments = () =>
  received.map((datagram) => subsegment.parse(JSON.parse(datagram.split("\n")[1] ?? "{}")));

describe("a traced function", () => {
  it("says nothing, and reads no SDK of X-Ray, unless it is told to", async () => {
    const header = `Root=${traceOf("a")};Parent=1234567890abcdef;Sampled=1`;
    expect(await invoke([header], {})).toEqual(["failed:ResourceNotFoundException"]);
    expect(received).toEqual([]);
  });

  it("adds each invocation and its calls of AWS to the invocation's own trace, if that is sampled", async () => {
    const headers = ["a", "b", "c"].map(
      (digit) => `Root=${traceOf(digit)};Parent=${digit.repeat(16)};Sampled=${digit === "b" ? 0 : 1}`,
    );
    const failed = await invoke(headers, { POWERTOOLS_TRACE_ENABLED: "true" });
    expect(failed).toEqual(Array(3).fill("failed:ResourceNotFoundException"));
    await expect
      .poll(
        () =>
          segments()
            .map(({ name, trace_id, fault }) => ({ name, trace_id, fault }))
            .filter(({ name }) => name === "## index.handler"),
        { timeout: 10_000 },
      )
      .toEqual(
        ["a", "c"].map((digit) => ({ name: "## index.handler", trace_id: traceOf(digit), fault: true })),
      );
    const calls = segments().flatMap((segment) => [segment, ...(segment.subsegments ?? [])]);
    expect(calls.filter(({ name }) => name === "DynamoDB").length).toBeGreaterThanOrEqual(2);
    expect(new Set(segments().map(({ trace_id }) => trace_id))).toEqual(
      new Set([traceOf("a"), traceOf("c")]),
    );
  });
});
