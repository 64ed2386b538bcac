import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { cbor, tag } from "@smithy/core/cbor";
import { type Clock, createClock } from "../../../local/clock.ts";
import {
  type CloudWatch,
  type CloudWatchOptions,
  createCloudWatch,
} from "../../../local/cloudwatch/create-cloudwatch.ts";
import { startEndpoint } from "../embedded/serve.ts";

export type Answer = Readonly<Record<string, unknown>>;
export type Call = (operation: string, input?: Record<string, unknown>) => Promise<Answer>;

export interface RunningCloudWatch {
  readonly cloudWatch: CloudWatch;
  readonly endpoint: string;
  readonly database: DatabaseSync;
  /** The database file, to be opened by another run. */
  readonly file: string;
  /** Calls an operation over JSON; a refusal is thrown as an Error named after the error's shape. */
  readonly call: Call;
  /** The same over RPC v2 CBOR. */
  readonly callCbor: Call;
  /** Posts a form of the query protocol. */
  query(form: Record<string, string>): Promise<{ status: number; body: string }>;
  stop(): Promise<void>;
}

const TARGET = "GraniteServiceVersion20100801";
const AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request";

/** CloudWatch behind a real endpoint, on a database file of its own or an existing one. */
export async function startCloudWatch(
  options: Partial<Omit<CloudWatchOptions, "realm" | "database">> & { file?: string; clock?: Clock } = {},
): Promise<RunningCloudWatch> {
  const directory = mkdtempSync(join(tmpdir(), "cloudwatch-"));
  const { file = join(directory, "state.db"), clock = createClock(), ...others } = options;
  const database = new DatabaseSync(file);
  const endpoint = await startEndpoint();
  const cloudWatch = createCloudWatch({
    realm: endpoint.realm,
    database,
    clock,
    publish: () => {},
    act: () => {},
    ...others,
  });
  endpoint.use(cloudWatch.service);
  const url = endpoint.realm.endpoint;
  const refused = ({ __type, message }: Record<string, unknown>) =>
    Object.assign(new Error(String(message)), { name: String(__type) });
  return {
    cloudWatch,
    endpoint: url,
    database,
    file,
    async call(operation, input = {}) {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          authorization: AUTHORIZATION,
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `${TARGET}.${operation}`,
        },
        body: JSON.stringify(input),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (!response.ok) throw refused(answer);
      return answer;
    },
    async callCbor(operation, input = {}) {
      const response = await fetch(`${url}/service/${TARGET}/operation/${operation}`, {
        method: "POST",
        headers: {
          authorization: AUTHORIZATION,
          "content-type": "application/cbor",
          "smithy-protocol": "rpc-v2-cbor",
        },
        body: Buffer.from(cbor.serialize(withTimes(input))),
      });
      const answer = cbor.deserialize(new Uint8Array(await response.arrayBuffer())) as Record<
        string,
        unknown
      >;
      if (!response.ok) throw refused(answer);
      if (response.headers.get("smithy-protocol") !== "rpc-v2-cbor") throw new Error("not RPC v2 CBOR");
      return answer;
    },
    async query(form) {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: AUTHORIZATION },
        body: new URLSearchParams({ Version: "2010-08-01", ...form }),
      });
      return { status: response.status, body: await response.text() };
    },
    async stop() {
      cloudWatch.stop();
      await endpoint.stop();
      cloudWatch.close();
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function withTimes(value: unknown): unknown {
  if (value instanceof Date) return tag({ tag: 1, value: value.getTime() / 1000 });
  if (Array.isArray(value)) return value.map(withTimes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withTimes(member)]));
}
