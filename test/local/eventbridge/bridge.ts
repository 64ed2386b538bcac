import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { onTestFinished } from "vitest";
import { createClock } from "../../../local/clock.ts";
import type { DeadLetterAttributes, DeliveryRequest } from "../../../local/eventbridge/delivery/request.ts";
import { createEventBridge, type EventBridge } from "../../../local/eventbridge/eventbridge.ts";
import type { GatewayService } from "../../../local/wire/service.ts";

export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs";
export const DEAD_QUEUE = "arn:aws:sqs:us-east-1:000000000000:dead";

export interface Bridge {
  readonly bridge: EventBridge;
  readonly database: DatabaseSync;
  readonly delivered: DeliveryRequest[];
  readonly dead: { queueArn: string; body: string; attributes: DeadLetterAttributes }[];
  readonly logged: string[];
  readonly metrics: string[];
}

export interface BridgeOptions {
  readonly path?: string;
  /** Clock seconds per real second. */
  readonly speed?: number;
  readonly concurrency?: number;
  readonly start?: boolean;
  /** Called before a delivery counts as made. */
  readonly deliver?: (request: DeliveryRequest) => Promise<void> | void;
  readonly deadLetter?: () => void;
}

/** EventBridge on a database of its own, whose targets are an array. Stopped when the test ends. */
export function openBridge(options: BridgeOptions = {}): Bridge {
  const database = new DatabaseSync(options.path ?? ":memory:");
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const delivered: DeliveryRequest[] = [];
  const dead: Bridge["dead"] = [];
  const logged: string[] = [];
  const metrics: string[] = [];
  const bridge = createEventBridge({
    realm: { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "http://127.0.0.1" },
    database,
    clock: createClock(options.speed),
    concurrency: options.concurrency ?? 64,
    deliver: async (request) => {
      await options.deliver?.(request);
      delivered.push(request);
    },
    deadLetter: async (queueArn, body, attributes) => {
      options.deadLetter?.();
      dead.push({ queueArn, body, attributes });
    },
    onMetric: (name, dimensions, value) => metrics.push(`${name} ${JSON.stringify(dimensions)} ${value}`),
    log: (message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`),
  });
  if (options.start !== false) bridge.start();
  onTestFinished(async () => {
    await bridge.stop();
    if (database.isOpen) database.close();
  });
  return { bridge, database, delivered, dead, logged, metrics };
}

/** A real client of a real server in front of the service. */
export async function connect(service: GatewayService): Promise<EventBridgeClient> {
  const server = createServer((request, response) => {
    const context = {
      caller: { kind: "admin" as const, arn: "arn:aws:iam::000000000000:root" },
      requestId: "00000000-0000-4000-8000-000000000000",
      signal: new AbortController().signal,
    };
    service.handle(request, response, context).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return client;
}
