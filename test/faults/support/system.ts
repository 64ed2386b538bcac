import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { GetObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, ListQueuesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { type Incident, incident as incidentSchema } from "../../../events/incidents/incident.ts";
import type { JobItem } from "../../../events/jobs/job.ts";
import { createClock } from "../../../local/clock.ts";
import { createInjectionLog, type Injection } from "../../../local/faults/injection-log.ts";
import type { Scenario } from "../../../local/faults/scenario.ts";
import { adminClients, allJobs, type Clients } from "../../e2e/support/clients.ts";
import { LongshoreProcess } from "../../e2e/support/longshore-process.ts";

/** Messages of one queue: those that wait, are in somebody's hands, or are delayed. */
export interface QueueCount {
  readonly name: string;
  readonly url: string;
  readonly messages: number;
}

/** A running system with faults, which starts again when it is killed. */
export class FaultySystem {
  readonly state: string;
  readonly #args: readonly string[];
  readonly #scenario: Scenario;
  readonly endpoint: string;
  readonly clients: Clients;
  outputs: Readonly<Record<string, string>> = {};
  /** How often it was killed and started again. */
  restarts = 0;
  #process: LongshoreProcess | undefined;
  #isStopping = false;
  #failure: Error | undefined;

  private constructor(state: string, port: number, args: readonly string[], scenario: Scenario) {
    this.state = state;
    this.#args = args;
    this.#scenario = scenario;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.clients = adminClients(this.endpoint);
  }

  /** @param speed of the runtime's clock */
  static async start(options: {
    readonly assembly: string;
    readonly state: string;
    readonly scenario: Scenario;
    readonly speed: number;
  }): Promise<FaultySystem> {
    const port = await freePort();
    // The same port after a restart: what is under way asks again where it asked before.
    const args = [
      ...["--assembly", options.assembly, "--state", options.state, "--speed", String(options.speed)],
      ...["--port", String(port), "--console-port", "0", "--no-samples"],
    ];
    const system = new FaultySystem(options.state, port, args, options.scenario);
    await system.#launch();
    return system;
  }

  /** @throws what went wrong while nobody waited: the process ended by itself, or did not start again */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  out(name: string): string {
    const value = this.outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}`);
    return value;
  }

  async #launch(): Promise<void> {
    const file = join(this.state, "scenario.json");
    mkdirSync(this.state, { recursive: true });
    const remaining = this.#remaining();
    writeFileSync(file, JSON.stringify(remaining));
    const faults = remaining.faults.length > 0 ? ["--faults", file] : [];
    const started = new LongshoreProcess([...this.#args, ...faults]);
    this.#process = started;
    void started.exited.then(({ code, signal }) => {
      if (this.#isStopping) return;
      if (signal !== "SIGKILL") {
        this.#failure = new Error(
          `The runtime ended with ${signal ?? code}:\n${started.output.slice(-4_000)}`,
        );
        return;
      }
      this.restarts += 1;
      this.#launch().catch((error: Error) => {
        this.#failure = error;
      });
    });
    ({ outputs: this.outputs } = await started.ready());
  }

  /** After a restart, what has struck as often as it was to is left out, and chance begins anew. */
  #remaining(): Scenario {
    const struck = this.restarts === 0 ? [] : this.#struckSoFar();
    const faults = this.#scenario.faults.flatMap((fault) => {
      const count = struck.filter(({ faultId }) => faultId === fault.id).length;
      if (fault.kind === "runtime-kill" && count > 0) return [];
      if (fault.times === undefined) return [fault];
      return count < fault.times ? [{ ...fault, times: fault.times - count }] : [];
    });
    return { seed: this.#scenario.seed + this.restarts, faults };
  }

  /** What a runtime that is gone has written down. */
  #struckSoFar(): Injection[] {
    const database = new DatabaseSync(join(this.state, "state.db"));
    try {
      return createInjectionLog(database, createClock()).list();
    } finally {
      database.close();
    }
  }

  async disarm(): Promise<void> {
    await fetch(`${this.endpoint}/_longshore/faults`, { method: "DELETE" });
  }

  async injections(): Promise<Injection[]> {
    const answer = await fetch(`${this.endpoint}/_longshore/faults`);
    return ((await answer.json()) as { injections: Injection[] }).injections;
  }

  jobs(): Promise<JobItem[]> {
    return allJobs(this.clients, this.out("JobsTableName"));
  }

  async incidents(): Promise<Incident[]> {
    const found: Incident[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await this.clients.dynamo.send(
        new ScanCommand({
          TableName: this.out("IncidentsTableName"),
          ConsistentRead: true,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      found.push(...(page.Items ?? []).map((item) => incidentSchema.parse(item)));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  }

  async queues(): Promise<QueueCount[]> {
    const { sqs } = this.clients;
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    return Promise.all(
      QueueUrls.map(async (url) => {
        const { Attributes = {} } = await sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl: url,
            AttributeNames: [
              "ApproximateNumberOfMessages",
              "ApproximateNumberOfMessagesNotVisible",
              "ApproximateNumberOfMessagesDelayed",
            ],
          }),
        );
        const messages = Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
        return { name: url.split("/").at(-1) ?? url, url, messages };
      }),
    );
  }

  /** Takes the bodies of all messages of a queue. */
  async takeAll(url: string): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
      );
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = "" }) => Body));
    }
  }

  /** Versions of all uploaded objects, with their ETags without quotes. */
  async versions(): Promise<{ key: string; versionId: string; etag: string; isLatest: boolean }[]> {
    const found: { key: string; versionId: string; etag: string; isLatest: boolean }[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await this.clients.s3.send(
        new ListObjectVersionsCommand({
          Bucket: this.out("UploadsBucket"),
          ...(KeyMarker !== undefined && { KeyMarker }),
          ...(VersionIdMarker !== undefined && { VersionIdMarker }),
        }),
      );
      for (const { Key = "", VersionId = "", ETag = "", IsLatest = false } of page.Versions ?? []) {
        found.push({ key: Key, versionId: VersionId, etag: ETag.replaceAll('"', ""), isLatest: IsLatest });
      }
      KeyMarker = page.NextKeyMarker;
      VersionIdMarker = page.NextVersionIdMarker;
    } while (KeyMarker !== undefined);
    return found;
  }

  async text({ bucket, key }: { bucket: string; key: string }): Promise<string> {
    const { Body } = await this.clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? "";
  }

  async tasks(desiredStatus: "RUNNING" | "STOPPED"): Promise<Task[]> {
    const { ecs } = this.clients;
    const cluster = this.out("ClusterName");
    const found: Task[] = [];
    let nextToken: string | undefined;
    do {
      const page = await ecs.send(
        new ListTasksCommand({ cluster, desiredStatus, ...(nextToken && { nextToken }) }),
      );
      const { taskArns = [] } = page;
      if (taskArns.length > 0) {
        const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
        found.push(...tasks);
      }
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  }

  /** Subjects of the mails that went to the administrators. */
  mails(): string[] {
    const outbox = join(this.state, "outbox");
    if (!existsSync(outbox)) return [];
    return readdirSync(outbox)
      .filter((name) => name.endsWith(".eml"))
      .map((name) => /^Subject: (.*)$/m.exec(readFileSync(join(outbox, name), "utf8"))?.[1]?.trim() ?? "");
  }

  /** What the runtime has said, for whoever looks for the cause of a failure. */
  get output(): string {
    return this.#process?.output ?? "";
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#process?.stop("SIGINT");
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port of this machine is free");
  return address.port;
}
