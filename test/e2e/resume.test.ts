import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { JobItem } from "../../events/jobs/job.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import { resultDocument } from "../../events/result.ts";
import { scenarioSchema } from "../../local/faults/scenario.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { zipOf } from "../containers/support/files/zip.ts";
import { manyPipelines } from "../infra/support/many-pipelines.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { synthesizePipelines } from "./support/synthesize-pipelines.ts";
import { until } from "./support/until.ts";

const PATIENCE_MS = 60_000;
const ENTRIES = 250;

/** Every archive has a task of its own, which Spot may take away. */
const archives: Pipeline = {
  name: "many",
  prefix: "",
  suffixes: [".pack.zip"],
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

const logLine = z.object({
  jobId: z.string(),
  attempt: z.int(),
  work: z.object({ entriesAnalyzed: z.int(), entriesResumed: z.int() }),
});

describe("checkpoints in the results bucket", () => {
  const folder = temporaryState();
  let assembly: ReturnType<typeof synthesizePipelines>;
  let runtime: Runtime;
  let clients: Clients;
  const out = (name: string) => runtime.outputs[name] ?? expect.fail(`no output ${name}`);

  beforeAll(async () => {
    assembly = synthesizePipelines("resume", [archives, ...manyPipelines(39)]);
    runtime = await startRuntime({
      assembly: assembly.directory,
      state: folder.path,
      port: 0,
      consolePort: 0,
      log: () => {},
    });
    clients = adminClients(runtime.endpoint);
  });
  afterAll(async () => {
    await runtime?.stop();
    assembly?.remove();
    folder.remove();
  });

  const put = (Key: string) =>
    clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body: archive }));
  const finished = (key: string) => finishedJob(clients, out("JobsTableName"), key, PATIENCE_MS);

  /** Entries that are in the newest checkpoint of a job; 0 while there is none. */
  async function savedEntries({ jobId }: JobItem): Promise<number> {
    const { Contents = [] } = await clients.s3.send(
      new ListObjectsV2Command({ Bucket: out("ResultsBucket"), Prefix: `_checkpoints/many/${jobId}/` }),
    );
    const [newest] = Contents;
    if (!newest) return 0;
    const { Body } = await clients.s3.send(
      new GetObjectCommand({ Bucket: out("ResultsBucket"), Key: newest.Key }),
    );
    return JSON.parse((await Body?.transformToString()) ?? "").state.entries.length;
  }

  /** What the attempt that ended the job says that it did. */
  async function workOf(job: JobItem) {
    const { logGroups = [] } = await clients.logs.send(new DescribeLogGroupsCommand({}));
    const group = logGroups.find(({ logGroupName }) => logGroupName?.includes("UploadProcessingProcessor"));
    return until("its log says what it did", async () => {
      const { events = [] } = await clients.logs.send(
        new FilterLogEventsCommand({
          logGroupName: group?.logGroupName,
          filterPattern: `{ $.event = "job.succeeded" && $.jobId = "${job.jobId}" }`,
        }),
      );
      const [line] = events.map(({ message = "" }) => logLine.parse(JSON.parse(message)));
      return line?.work;
    });
  }

  async function resultOf({ result }: JobItem) {
    const { Body } = await clients.s3.send(
      new GetObjectCommand({ Bucket: result?.bucket, Key: result?.key }),
    );
    return resultDocument.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  }

  it("run beside 39 other pipelines, each with rules and lanes of its own", async () => {
    const upload = (Key: string, Body: string) =>
      clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body }));
    await Promise.all([upload("small.kind1", "a b c"), upload("large.KIND33", "0123456789".repeat(200))]);
    const [small, large] = await Promise.all([finished("small.kind1"), finished("large.KIND33")]);
    expect(small).toMatchObject({ status: "succeeded", pipeline: "kind-1", lane: "pooled" });
    expect(large).toMatchObject({ status: "succeeded", pipeline: "kind-33", lane: "dedicated" });
  });

  /** What a run finds that nobody interrupts. */
  let whole: Promise<unknown> | undefined;
  function uninterrupted() {
    whole ??= put("whole.pack.zip").then(async () => {
      const { content, facts, warnings } = await resultOf(await finished("whole.pack.zip"));
      return { content, facts, warnings };
    });
    return whole;
  }

  it.each(["task-kill", "spot-interruption"] as const)(
    "let the attempt after a %s look at the other entries only, with the same result",
    async (kind) => {
      await put(`${kind}.pack.zip`);
      const { job, saved } = await until(
        "half of the entries are saved",
        async () => {
          const job = (await allJobs(clients, out("JobsTableName"))).find(({ key }) => key.startsWith(kind));
          const saved = job ? await savedEntries(job) : 0;
          return job && saved > ENTRIES / 3 && { job, saved };
        },
        PATIENCE_MS,
      );
      runtime.faults.arm(scenarioSchema.parse({ seed: 1, faults: [{ kind, task: job.taskArn, times: 1 }] }));
      const ended = await finished(`${kind}.pack.zip`);
      expect(ended).toMatchObject({ status: "succeeded", attempt: 2, facts: { entries: ENTRIES } });
      const work = await workOf(ended);
      expect(work.entriesResumed).toBeGreaterThanOrEqual(saved);
      expect(work.entriesAnalyzed).toBe(ENTRIES - work.entriesResumed);
      const { content, facts, warnings } = await resultOf(ended);
      expect({ content, facts, warnings }).toEqual(await uninterrupted());
      expect(await savedEntries(ended)).toBe(0);
    },
  );
});
