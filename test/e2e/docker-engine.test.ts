import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTaskDefinitionsCommand,
} from "@aws-sdk/client-ecs";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { incident } from "../../events/incidents/incident.ts";
import { hourOf } from "../../events/jobs/job.ts";
import { resultDocument } from "../../events/result.ts";
import { pipelines } from "../../infra/pipelines.ts";
import { connectDocker, EngineUnreachableError } from "../../local/ecs/docker-engine/connect-docker.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { adminClients, type Clients, finishedJob } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { longshore } from "./support/operator.ts";
import { synthesizePipelines } from "./support/synthesize-pipelines.ts";
import { until } from "./support/until.ts";

const isThere = await connectDocker().then(
  () => true,
  (error: unknown) => {
    if (error instanceof EngineUnreachableError) return false;
    throw error;
  },
);
/** The first start builds the images. */
const BUILD_MS = 15 * 60_000;
const PATIENCE_MS = 120_000;

describe.skipIf(!isThere)(
  `the whole system in containers${isThere ? "" : " (skipped: no container engine answers)"}`,
  { timeout: 2 * PATIENCE_MS },
  () => {
    const folder = temporaryState();
    let assembly: ReturnType<typeof synthesizePipelines>;
    let runtime: Runtime | undefined;
    let clients: Clients;
    const out = (name: string) => runtime?.outputs[name] ?? expect.fail(`no output ${name}`);

    beforeAll(async () => {
      assembly = synthesizePipelines("docker-engine", [
        {
          name: "hog",
          prefix: "",
          suffixes: [".hog"],
          dedicatedAboveBytes: 0,
          sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
          memoryCeilingMiB: 1024,
          capacity: ["FARGATE"],
          maxAttempts: 3,
          timeoutSeconds: 600,
          container: { directory: "test/e2e/fixtures/hog", environment: {} },
        },
        {
          name: "scribbler",
          prefix: "",
          suffixes: [".scribble"],
          dedicatedAboveBytes: 0,
          sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
          memoryCeilingMiB: 512,
          capacity: ["FARGATE"],
          maxAttempts: 1,
          timeoutSeconds: 600,
          container: { directory: "test/e2e/fixtures/scribbler", readonlyRootFilesystem: true },
        },
        ...pipelines,
      ]);
      runtime = await startRuntime({
        assembly: assembly.directory,
        state: folder.path,
        port: 0,
        consolePort: 0,
        engine: "docker",
        log: () => {},
      });
      clients = adminClients(runtime.endpoint);
      // Images are built once; what waits for them below need not know.
      await put("first.csv", "a,b\n1,2\n");
      await finished("first.csv", BUILD_MS);
    }, BUILD_MS);

    afterAll(async () => {
      await runtime?.stop();
      assembly?.remove();
      folder.remove();
    });

    const put = (Key: string, Body: string | Buffer) =>
      clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body }));
    const finished = (key: string, patienceMs = PATIENCE_MS) =>
      finishedJob(clients, out("JobsTableName"), key, patienceMs);

    it("gives small files their results, by a worker in its container", async () => {
      await put("people.csv", "name,age\nAda,36\nGrace,85\n");
      const job = await finished("people.csv");
      expect(job).toMatchObject({ status: "succeeded", lane: "pooled", facts: { rows: 2, columns: 2 } });
      const { Body } = await clients.s3.send(
        new GetObjectCommand({ Bucket: job.result?.bucket, Key: job.result?.key }),
      );
      const document = resultDocument.parse(JSON.parse((await Body?.transformToString()) ?? ""));
      expect(document.object.key).toBe("people.csv");
    });

    it("gives a large file a container of its own, with the task's limits and the image's user", async () => {
      const rows = 800_000;
      const lines = Array.from({ length: rows }, (_, index) => `${index},${index % 97}`);
      await put("large.csv", Buffer.from(`id,value\n${lines.join("\n")}\n`));
      const job = await finished("large.csv");
      expect(job).toMatchObject({ status: "succeeded", lane: "dedicated", facts: { rows } });
    });

    it("has the kernel end what takes more memory than its task has, twice as much the second time", async () => {
      await put("greedy.hog", "x");
      const job = await finished("greedy.hog");
      expect(job).toMatchObject({ status: "failed", attempt: 2, failure: { cause: "out-of-memory" } });
      const { tasks = [] } = await clients.ecs.send(
        new DescribeTasksCommand({ cluster: out("ClusterName"), tasks: [job.taskArn ?? ""] }),
      );
      expect(tasks[0]).toMatchObject({ memory: "1024", stopCode: "EssentialContainerExited" });
      expect(tasks[0]?.containers?.[0]).toMatchObject({
        exitCode: 137,
        reason: "OutOfMemoryError: Container killed due to memory usage",
      });
      const incidents = await until("the incident is kept", async () => {
        const { Items = [] } = await clients.dynamo.send(
          new ScanCommand({ TableName: out("IncidentsTableName"), ConsistentRead: true }),
        );
        const found = Items.map((item) => incident.parse(item)).filter(
          ({ job: { key } = {} }) => key === "greedy.hog",
        );
        return found.some(({ severity }) => severity !== "warning") && found;
      });
      expect(incidents.map(({ cause }) => cause)).toEqual(incidents.map(() => "out-of-memory"));
    });

    it("keeps containers from writing to anything but /tmp, its own among them", async () => {
      await put("wall.scribble", "x");
      const job = await finished("wall.scribble");
      expect(job).toMatchObject({ status: "failed", failure: { cause: "container-error" } });
      const incidents = await until("the incident is kept", async () => {
        const { Items = [] } = await clients.dynamo.send(
          new ScanCommand({ TableName: out("IncidentsTableName"), ConsistentRead: true }),
        );
        const found = Items.map((item) => incident.parse(item)).filter(
          ({ job: { key } = {} }) => key === "wall.scribble",
        );
        return found.length > 0 && found;
      });
      const lines = incidents.flatMap(({ log }) => log?.lines ?? []).join("\n");
      expect(lines).toContain("wrote /tmp/x as 1000");
      expect(lines).toContain("EROFS: read-only file system, open '/app/x'");
      // The results above are of containers that are held to the same.
      const { taskDefinitionArns = [] } = await clients.ecs.send(new ListTaskDefinitionsCommand({}));
      const deployed = await Promise.all(
        taskDefinitionArns.map((taskDefinition) =>
          clients.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
        ),
      );
      const writable = deployed
        .flatMap(({ taskDefinition }) => taskDefinition?.containerDefinitions ?? [])
        .filter(({ readonlyRootFilesystem }) => !readonlyRootFilesystem);
      expect(writable.map(({ name }) => name)).toEqual(["hog"]);
    });

    it("rolls the hour up in the batch's container", async () => {
      const hour = hourOf((await finished("first.csv")).createdAt);
      const { stdout } = await longshore(["batch", "--hour", hour, "--endpoint", runtime?.endpoint ?? ""]);
      expect(stdout).toContain(hour);
      expect(stdout).toMatch(/tables +\d/);
    });

    it("serves the console's page from its container", async () => {
      const url = runtime?.consoleUrl ?? expect.fail("no console");
      const answer = await until(
        "the console answers",
        () =>
          fetch(`${url}/health`).then(
            (response) => response.ok && response,
            () => undefined,
          ),
        BUILD_MS,
      );
      expect(answer.status).toBe(200);
    });
  },
);
