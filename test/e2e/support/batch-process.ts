import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DescribeTaskDefinitionCommand, ListTaskDefinitionFamiliesCommand } from "@aws-sdk/client-ecs";
import type { Clients } from "./clients.ts";
import { PROJECT_ROOT } from "./longshore-process.ts";
import { until } from "./until.ts";

/** The batch container's process, started outside ECS so that a test can kill it, with its task definition's environment. */
export class BatchProcess {
  readonly child: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | string>;
  output = "";

  constructor(environment: Readonly<Record<string, string>>) {
    this.child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(PROJECT_ROOT, "containers/batch/main.ts")],
      { env: { PATH: process.env.PATH ?? "", ...environment }, stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    this.exit = once(this.child, "close").then(([code, signal]) => (code as number | null) ?? String(signal));
  }

  /** The log lines of a name. */
  lines(event: string): Record<string, unknown>[] {
    return this.output
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.event === event);
  }

  /** Waits for so many lines of a name. */
  logged(event: string, count = 1): Promise<unknown> {
    return until(
      `the batch logs ${event} ${count} times`,
      () => this.lines(event).length >= count,
      30_000,
      5,
    );
  }
}

/** Starts batches as tasks of their own names. */
export class BatchTasks {
  readonly environment: Readonly<Record<string, string>>;
  readonly #metadata: Server;
  #tasks = 0;

  private constructor(environment: Record<string, string>, metadata: Server) {
    this.environment = environment;
    this.#metadata = metadata;
  }

  static async create(clients: Clients, endpoint: string): Promise<BatchTasks> {
    const { families = [] } = await clients.ecs.send(new ListTaskDefinitionFamiliesCommand({}));
    const taskDefinition = families.find((family) => family.includes("HourlyBatch"));
    const { taskDefinition: definition } = await clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition }),
    );
    const defined = definition?.containerDefinitions?.[0]?.environment ?? [];
    const metadata = createServer((request, response) => {
      const task = request.url?.split("/")[1];
      response.end(
        JSON.stringify({ TaskARN: `arn:aws:ecs:us-east-1:000000000000:task/cluster/${task}`, Limits: {} }),
      );
    });
    await once(metadata.listen(0, "127.0.0.1"), "listening");
    return new BatchTasks(
      {
        ...Object.fromEntries(defined.map(({ name = "", value = "" }) => [name, value])),
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "admin",
        AWS_SECRET_ACCESS_KEY: "admin",
        LONGSHORE_LEASE_SECONDS: "2",
      },
      metadata,
    );
  }

  variable(name: string): string {
    const value = this.environment[name];
    if (value === undefined) throw new Error(`The batch's task definition has no variable ${name}`);
    return value;
  }

  start(variables: Readonly<Record<string, string>> = {}): BatchProcess {
    const { port } = this.#metadata.address() as AddressInfo;
    return new BatchProcess({
      ...this.environment,
      ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${port}/batch-${++this.#tasks}`,
      ...variables,
    });
  }

  /** Runs one to its end. */
  async run(
    variables: Readonly<Record<string, string>> = {},
  ): Promise<BatchProcess & { code: number | string }> {
    const batch = this.start(variables);
    return Object.assign(batch, { code: await batch.exit });
  }

  close(): void {
    this.#metadata.close();
  }
}
