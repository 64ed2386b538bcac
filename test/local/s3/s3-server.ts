import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { S3Client } from "@aws-sdk/client-s3";
import { createClock } from "../../../local/clock.ts";
import type { S3ObjectEvent } from "../../../local/s3/events.ts";
import { createS3, type S3Service } from "../../../local/s3/s3.ts";

export const CREDENTIALS = { accessKeyId: "AKIATEST", secretAccessKey: "a-secret" };

/** S3 on a server of its own, with a client of the AWS SDK. */
export interface S3Server extends AsyncDisposable {
  readonly service: S3Service;
  readonly client: S3Client;
  readonly port: number;
  readonly events: S3ObjectEvent[];
  readonly directory: string;
  /** Names of the data files on disk. */
  dataFiles(): string[];
  /** Makes the next event fail, as an error inside the transaction would. */
  failNextEvent(): void;
}

export async function startS3(options: { directory?: string; s3Directory?: string } = {}): Promise<S3Server> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "longshore-s3-"));
  const s3Directory = options.s3Directory ?? directory;
  const database = new DatabaseSync(join(directory, "state.sqlite"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const events: S3ObjectEvent[] = [];
  let fail = false;
  const service = createS3({
    realm: { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "http://127.0.0.1" },
    database,
    directory: s3Directory,
    clock: createClock(),
    onEvent: (event) => {
      if (fail) {
        fail = false;
        throw new Error("the event store is broken");
      }
      events.push(event);
    },
    secretFor: (id) => (id === CREDENTIALS.accessKeyId ? CREDENTIALS.secretAccessKey : undefined),
  });
  const server = createServer((request, response) => {
    const context = {
      caller: { kind: "admin", arn: "arn:aws:iam::000000000000:root" } as const,
      requestId: randomUUID(),
      signal: new AbortController().signal,
    };
    service.handle(request, response, context).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  return {
    service,
    client,
    port,
    events,
    directory,
    dataFiles: () => readdirSync(join(s3Directory, "objects")),
    failNextEvent: () => {
      fail = true;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      service.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One HTTP request exactly as given: no signature, no normalized path. */
export function raw(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = "",
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The `<Code>` of an S3 error document. */
export function codeOf(answer: RawAnswer): string | undefined {
  return /<Code>([^<]*)<\/Code>/.exec(answer.body)?.[1];
}
