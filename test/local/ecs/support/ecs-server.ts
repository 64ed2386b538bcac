import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ECSClient } from "@aws-sdk/client-ecs";
import { createClock } from "../../../../local/clock.ts";
import { createEcs, type Ecs } from "../../../../local/ecs/create-ecs.ts";
import type { EcsEvent, EcsOptions } from "../../../../local/ecs/options.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../../../local/wire/realm.ts";

export const CLUSTER = "uploads";
export const NETWORK = { awsvpcConfiguration: { subnets: ["subnet-1"] } };

export interface EcsServer extends AsyncDisposable {
  readonly ecs: Ecs;
  readonly client: ECSClient;
  readonly endpoint: string;
  readonly directory: string;
  readonly events: EcsEvent[];
  readonly logs: Map<string, string[]>;
  /** Messages of all streams, in the order of their arrival. */
  readonly output: string[];
  readonly targets: { change: "add" | "remove"; group: string; host: string; port: number }[];
  /** Makes an image asset and returns its image URI. */
  image(name: string, files: Record<string, string>): string;
}

/** The ECS service on a server of its own, with a cluster that has both Fargate providers. */
export async function startEcsServer(
  overrides: Partial<EcsOptions> = {},
  directory = mkdtempSync(path.join(tmpdir(), "ecs-")),
): Promise<EcsServer> {
  const events: EcsEvent[] = [];
  const logs = new Map<string, string[]>([["group", []]]);
  const output: string[] = [];
  const targets: EcsServer["targets"] = [];
  const sources = new Map<string, string>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const database = new DatabaseSync(path.join(directory, "state.sqlite"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const ecs = createEcs({
    realm: { partition: "aws", accountId: LOCAL_ACCOUNT_ID, region: LOCAL_REGION, endpoint },
    database,
    clock: createClock(),
    directory: path.join(directory, "ecs"),
    images: {
      resolve: (image) => {
        const contextDirectory = sources.get(image);
        return contextDirectory === undefined ? undefined : { contextDirectory, dockerfile: "Dockerfile" };
      },
    },
    logs: {
      write(group, stream, batch) {
        const messages = batch.map(({ message }) => message);
        output.push(...messages);
        logs.set(`${group}:${stream}`, [...(logs.get(`${group}:${stream}`) ?? []), ...messages]);
      },
      groupExists: (group) => logs.has(group),
      createGroup: (group) => void logs.set(group, []),
    },
    credentials: {
      issue: (RoleArn, sessionName) => ({
        AccessKeyId: `key-of-${sessionName}`,
        SecretAccessKey: "secret",
        Token: "token",
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
        RoleArn,
      }),
    },
    publish: (event) => void events.push(event),
    registerTargets: (group, list) =>
      void targets.push(...list.map((target) => ({ change: "add" as const, group, ...target }))),
    deregisterTargets: (group, list) =>
      void targets.push(...list.map((target) => ({ change: "remove" as const, group, ...target }))),
    taskEnvironment: { AWS_ENDPOINT_URL: endpoint },
    ...overrides,
  });
  server.on("request", (request, response) => {
    if (ecs.agent(request, response)) return;
    void ecs.service.handle(request, response, {
      caller: { kind: "admin", arn: "arn:aws:iam::000000000000:root" },
      requestId: crypto.randomUUID(),
      signal: new AbortController().signal,
    });
  });
  await ecs.start();
  ecs.applyCluster({ clusterName: CLUSTER, capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
  const client = new ECSClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  return {
    ecs,
    client,
    endpoint,
    directory,
    events,
    logs,
    output,
    targets,
    image(name, files) {
      const folder = path.join(directory, "assembly", `asset.${name}`);
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), content, { mode: 0o755 });
      }
      const uri = `${LOCAL_ACCOUNT_ID}.dkr.ecr.${LOCAL_REGION}.amazonaws.com/assets:${name}`;
      sources.set(uri, folder);
      return uri;
    },
    async [Symbol.asyncDispose]() {
      await ecs.stop();
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
