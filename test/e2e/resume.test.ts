import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { JobItem } from "../../events/jobs/job.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import { resultDocument } from "../../events/result.ts";
import { type ScenarioInput, scenarioSchema } from "../../local/faults/scenario.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { zipOf } from "../containers/support/files/zip.ts";
import { manyPipelines } from "../infra/support/many-pipelines.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { synthesizePipelines } from "./support/synthesize-pipelines.ts";
import { until } from "./support/until.ts";

const PATIENCE_MS = 90_000;
const ENTRIES = 250;
const MiB = 2 ** 20;
/** As the processor reads large objects. */
const RANGE_BYTES = 16 * MiB;

/** Every object has a task of its own, which Spot may take away. */
const long: Pipeline = {
  name: "long",
  prefix: "",
  suffixes: [".pack", ".image"],
  dedicatedAboveBytes: 0,
  sizes: [{ size: { cpu: 1024, memoryMiB: 2048 } }],
  memoryCeilingMiB: 8192,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: 3,
  timeoutSeconds: 600,
};

const archive = zipOf(
  Array.from({ length: ENTRIES }, (_, entry) => ({
    name: `part-${entry}.csv`,
    content: `id,value\n${Array.from({ length: 50 }, (_, row) => `${row},${row * entry}`).join("\n")}\n`,
  })),
);

const logLine = z.object({ work: z.record(z.string(), z.int()) });

/** The whole system with 40 pipelines. */
class System {
  readonly folder = temporaryState();
  readonly assembly: ReturnType<typeof synthesizePipelines>;
  #runtime: Runtime | undefined;
  #clients: Clients | undefined;

  constructor(settings: Readonly<Record<string, unknown>>) {
    this.assembly = synthesizePipelines(
      `resume-${Object.values(settings).join("-")}`,
      [long, ...manyPipelines(39)],
      settings,
    );
  }

  async start(): Promise<void> {
    this.#runtime = await startRuntime({
      assembly: this.assembly.directory,
      state: this.folder.path,
      port: 0,
      consolePort: 0,
      log: () => {},
    });
    this.#clients = adminClients(this.#runtime.endpoint);
  }

  async stop(): Promise<void> {
    await this.#runtime?.stop();
    this.assembly.remove();
    this.folder.remove();
  }

  get runtime(): Runtime {
    return this.#runtime ?? expect.fail("it does not run");
  }

  get clients(): Clients {
    return this.#clients ?? expect.fail("it does not run");
  }

  out(name: string): string {
    return this.runtime.outputs[name] ?? expect.fail(`no output ${name}`);
  }

  async put(Key: string, Body: Buffer | string): Promise<void> {
    await new Upload({
      client: this.clients.s3,
      params: { Bucket: this.out("UploadsBucket"), Key, Body },
    }).done();
  }

  finished(key: string): Promise<JobItem> {
    return finishedJob(this.clients, this.out("JobsTableName"), key, PATIENCE_MS);
  }

  async result({ result }: JobItem) {
    const { Body } = await this.clients.s3.send(
      new GetObjectCommand({ Bucket: result?.bucket, Key: result?.key }),
    );
    return resultDocument.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  }

  /** Waits until a job has left something to go on from. @param amountOf how much there is of it */
  left(key: string, enough: number, amountOf: (job: JobItem) => Promise<number>) {
    return until(
      `the job of ${key} has left ${enough}`,
      async () => {
        const job = (await allJobs(this.clients, this.out("JobsTableName"))).find((one) => one.key === key);
        const amount = job ? await amountOf(job) : 0;
        return job && amount >= enough && { job, amount };
      },
      PATIENCE_MS,
      20,
    );
  }

  arm(...faults: ScenarioInput["faults"]): void {
    this.runtime.faults.arm(scenarioSchema.parse({ seed: 1, faults }));
  }

  /** What the attempt that ended the job says that it did. */
  async workOf(job: JobItem): Promise<Record<string, number>> {
    const { logs } = this.clients;
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    const group = logGroups.find(({ logGroupName }) => logGroupName?.includes("UploadProcessingProcessor"));
    return until("its log says what it did", async () => {
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({
          logGroupName: group?.logGroupName,
          filterPattern: `{ $.event = "job.succeeded" && $.jobId = "${job.jobId}" }`,
        }),
      );
      const [line] = events.map(({ message = "" }) => logLine.parse(JSON.parse(message)));
      return line?.work;
    });
  }

  /** What a run finds in the archive that nobody interrupts. */
  async uninterrupted() {
    await this.put("whole.pack", archive);
    const { content, facts, warnings } = await this.result(await this.finished("whole.pack"));
    return { content, facts, warnings };
  }

  /** The task of a long job on an archive is taken away half-way. */
  async interruptsArchive(
    kind: "task-kill" | "spot-interruption",
    savedEntries: (job: JobItem) => Promise<number>,
  ): Promise<void> {
    const key = "many.pack";
    await this.put(key, archive);
    const { job, amount } = await this.left(key, ENTRIES / 3, savedEntries);
    this.arm({ kind, task: job.taskArn, times: 1 });
    const ended = await this.finished(key);
    expect(ended).toMatchObject({ status: "succeeded", attempt: 2, facts: { entries: ENTRIES } });
    const { entriesResumed = 0, entriesAnalyzed } = await this.workOf(ended);
    expect(entriesResumed).toBeGreaterThanOrEqual(amount);
    expect(entriesAnalyzed).toBe(ENTRIES - entriesResumed);
    const { content, facts, warnings } = await this.result(ended);
    expect({ content, facts, warnings }).toEqual(await this.uninterrupted());
    expect(await savedEntries(ended)).toBe(0);
  }
}

const entriesIn = (text: string): number => JSON.parse(text).state.entries.length;

describe("a long job that is interrupted, without a file system", () => {
  const system = new System({ efs: "off" });
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  it("looks at the other entries only, by what is in the results bucket", async () => {
    const { s3 } = system.clients;
    const Bucket = system.out("ResultsBucket");
    await system.interruptsArchive("task-kill", async ({ jobId }) => {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: `_checkpoints/long/${jobId}/` }),
      );
      const [newest] = Contents;
      if (!newest) return 0;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: newest.Key }));
      return entriesIn((await Body?.transformToString()) ?? "");
    });
  });
});

describe("a long job that is interrupted, with a file system", () => {
  const system = new System({ efs: "on", keepDownloadsAboveMiB: 64 });
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  /** The folder of a job on the file system, and what is in it. */
  const kept = ({ jobId }: JobItem, ...below: string[]) => {
    const efs = join(system.folder.path, "efs");
    const [fileSystem = ""] = readdirSync(efs);
    const folder = join(efs, fileSystem, "checkpoints", "long", jobId, ...below);
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  };

  it("looks at the other entries only, by what lies there", async () => {
    await system.interruptsArchive("spot-interruption", async (job) => {
      const state = kept(job).find((file) => file.endsWith(".json"));
      return state === undefined ? 0 : entriesIn(readFileSync(state, "utf8"));
    });
  });

  it("reads the other ranges of its download only, and leaves nothing behind", async () => {
    const ranges = 10;
    const content = Buffer.alloc(ranges * RANGE_BYTES - 5);
    for (let at = 0; at < content.length - 4; at += 4096) content.writeUInt32BE(at, at);
    await system.put("disk.image", content);
    system.arm({
      kind: "api-latency",
      service: "s3",
      operation: "GetObject",
      caller: "role",
      milliseconds: 700,
    });
    const { job, amount } = await system.left(
      "disk.image",
      4,
      async (one) => kept(one, "ranges").filter((file) => /-[0-9a-f]{8}$/.test(file)).length,
    );
    expect(amount).toBeLessThan(ranges);
    system.arm({ kind: "task-kill", task: job.taskArn, times: 1 });
    const ended = await system.finished("disk.image");
    expect(ended).toMatchObject({ status: "succeeded", attempt: 2 });
    const { rangesRead = 0, rangesResumed = 0 } = await system.workOf(ended);
    expect(rangesResumed).toBeGreaterThanOrEqual(amount);
    expect(rangesRead + rangesResumed).toBe(ranges);
    const { object } = await system.result(ended);
    expect(object.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    expect(kept(ended)).toEqual([]);
  });

  it("is one of 40 pipelines, each with rules and lanes of its own", async () => {
    await Promise.all([
      system.put("small.kind1", "a b c"),
      system.put("large.KIND33", "0123456789".repeat(200)),
    ]);
    const [small, large] = await Promise.all([
      system.finished("small.kind1"),
      system.finished("large.KIND33"),
    ]);
    expect(small).toMatchObject({ status: "succeeded", pipeline: "kind-1", lane: "pooled" });
    expect(large).toMatchObject({ status: "succeeded", pipeline: "kind-33", lane: "dedicated" });
  });
});
