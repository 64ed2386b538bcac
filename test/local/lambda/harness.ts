import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { type Clock, createClock } from "../../../local/clock.ts";
import { compileFilterPattern } from "../../../local/connections/filter-patterns.ts";
import { createLambda } from "../../../local/lambda/create-lambda.ts";
import { functionFromTemplate } from "../../../local/lambda/from-template.ts";
import type { LambdaMetric, LambdaOptions, SendDetails } from "../../../local/lambda/ports.ts";
import type { Realm } from "../../../local/wire/realm.ts";

export const REALM: Realm = {
  partition: "aws",
  accountId: "000000000000",
  region: "us-east-1",
  endpoint: "http://127.0.0.1:4566",
};

export interface SentMessage {
  readonly targetArn: string;
  readonly body: string;
  readonly details: SendDetails;
}

/** A Lambda service on a port of its own, with everything that it hands out kept for assertions. */
export async function startLambda(overrides: Partial<LambdaOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "longshore-lambda-"));
  const databaseFile = join(folder, "state.sqlite");
  const clock: Clock = overrides.clock ?? createClock();
  const logLines: { group: string; stream: string; message: string }[] = [];
  const metrics: LambdaMetric[] = [];
  const sent: SentMessage[] = [];
  const groups: string[] = [];
  const database = overrides.database ?? new DatabaseSync(databaseFile);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const lambda = createLambda({
    realm: REALM,
    database,
    clock,
    directory: join(folder, "environments"),
    environment: { AWS_ENDPOINT_URL: REALM.endpoint },
    logs: {
      createGroup: (name) => groups.push(name),
      write: (group, stream, events) =>
        logLines.push(...events.map(({ message }) => ({ group, stream, message }))),
    },
    credentials: {
      issue: (roleArn, sessionName) => ({
        AccessKeyId: `key of ${roleArn}`,
        SecretAccessKey: "secret",
        Token: sessionName,
        Expiration: new Date(clock.now() + 3_600_000).toISOString(),
      }),
    },
    send: async (targetArn, body, details) => {
      sent.push({ targetArn, body, details });
    },
    queues: { receive: async () => [], delete: async () => {} },
    compilePattern: compileFilterPattern,
    onMetric: (metric) => metrics.push(metric),
    ...overrides,
  });
  const server = createServer((request, response) => {
    const controller = new AbortController();
    response.on("close", () => controller.abort());
    const context = {
      caller: { kind: "admin" as const, arn: "arn:aws:iam::000000000000:root" },
      requestId: randomUUID(),
      signal: controller.signal,
    };
    lambda.service.handle(request, response, context).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new LambdaClient({
    endpoint,
    region: REALM.region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });

  return {
    lambda,
    client,
    endpoint,
    folder,
    database,
    databaseFile,
    logLines,
    metrics,
    sent,
    groups,
    messages: () => logLines.map(({ message }) => message),
    /** Deploys code given as files; `index.mjs` with an exported `handler` unless said otherwise. */
    deploy(name: string, code: string | Record<string, string>, properties: Record<string, unknown> = {}) {
      const codeDirectory = join(folder, "code", name);
      mkdirSync(codeDirectory, { recursive: true });
      const files = typeof code === "string" ? { "index.mjs": code } : code;
      for (const [file, text] of Object.entries(files)) writeFileSync(join(codeDirectory, file), text);
      return lambda.createFunction(
        functionFromTemplate({
          logicalId: name,
          generatedName: name,
          codeDirectory,
          properties: {
            Runtime: "nodejs24.x",
            Handler: "index.handler",
            Role: "arn:aws:iam::000000000000:role/test",
            Code: { S3Bucket: "assets", S3Key: `${name}.zip` },
            // Several tests share two cores; what they measure is not the time-out.
            Timeout: 15,
            ...properties,
          },
        }),
      );
    },
    async stop() {
      await lambda.stop();
      client.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type TestLambda = Awaited<ReturnType<typeof startLambda>>;

/** Polls until `probe` gives something other than undefined or false. */
export async function eventually<T>(
  probe: () => T | undefined | false,
  what: string,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Timed out waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
