import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { startRuntime } from "../../local/runtime.ts";
import { adminClients, allJobs, finishedJob } from "./support/clients.ts";
import { LongshoreProcess, ownFlags, PROJECT_ROOT, temporaryState } from "./support/longshore-process.ts";
import { descendantsOf, stillRunning } from "./support/processes.ts";
import { synthesizeWith } from "./support/synthesize.ts";
import { until } from "./support/until.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function state(): string {
  const { path, remove } = temporaryState();
  cleanUps.push(remove);
  return path;
}

function longshore(...args: string[]): LongshoreProcess {
  const started = new LongshoreProcess(args);
  cleanUps.push(() => started.stop("SIGKILL"));
  return started;
}

describe("npm start", () => {
  it("with files and --exit prints each finished job and exits 0, having left no process behind", async () => {
    const folder = state();
    const file = join(folder, "my data.csv");
    writeFileSync(file, "a,b\n1,2\n3,4\n");
    const run = longshore(file, "--exit", ...ownFlags(join(folder, "state")));
    await run.ready();
    const children = descendantsOf(run.child.pid ?? 0);
    expect(await run.exited, run.output).toEqual({ code: 0, signal: null });
    expect(run.jobs()).toMatchObject([{ key: "my data.csv", status: "succeeded", facts: { rows: 2 } }]);
    expect(stillRunning(children)).toEqual([]);
  });

  it("uploads every sample the first time, and none the second", async () => {
    const folder = state();
    const first = longshore("--exit", ...ownFlags(folder));
    await first.exited;
    const samples = readdirSync(join(PROJECT_ROOT, "samples")).filter((name) => !name.endsWith(".ts"));
    const jobs = first.jobs();
    expect(jobs.map(({ key }) => key).toSorted()).toEqual([...samples, "readings-2026.csv"].toSorted());
    expect(jobs.find(({ key }) => key === "readings-2026.csv")).toMatchObject({ lane: "dedicated" });
    const second = longshore("--exit", ...ownFlags(folder));
    expect(await second.exited, second.output).toEqual({ code: 0, signal: null });
    expect(second.jobs()).toEqual([]);
  });

  it.each([
    ["a flag that does not exist", ["--prot", "1"], /--prot[\s\S]*--port VALUE/],
    ["a file that is not there", ["no-such-file.csv"], /no-such-file\.csv/],
    ["a folder instead of a file", ["samples"], /samples is not a file/],
  ])("refuses %s by name", async (_, args, message) => {
    const run = longshore(...args);
    expect((await run.exited).code).toBe(2);
    expect(run.output).toMatch(message);
  });

  it.each(["--port", "--console-port"])("names the port that is in use (%s)", async (flag) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanUps.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const run = longshore(...ownFlags(state()), flag, String(port), "--no-samples");
    expect((await run.exited).code).toBe(2);
    expect(run.output).toContain(
      `Port ${port} is in use by another process; stop that one, or choose another port with ${flag}`,
    );
  });

  it("says of a state folder that cannot be one why, and what to do", async () => {
    const file = join(state(), "a-file");
    writeFileSync(file, "");
    const run = longshore(...ownFlags(file), "--no-samples");
    expect((await run.exited).code).toBe(2);
    expect(run.output).toMatch(/^longshore: The state folder .*a-file cannot be written to: .*--state$/m);
    expect(run.output).not.toContain("    at ");
  });

  it("names a setting that is wrong, and nothing of where that was noticed", async () => {
    const run = longshore(
      ...ownFlags(state()),
      "--no-samples",
      "-c",
      "longshore:compute=gpu",
      "-c",
      "spot=true",
    );
    expect((await run.exited).code).toBe(2);
    expect(run.output).toContain(
      "spot: without its prefix it has no effect; in CDK context it is longshore:spot",
    );
    expect(run.output).not.toContain("    at ");
  });

  it("names the runtime that has the state folder open", async () => {
    const folder = state();
    const first = longshore(...ownFlags(folder), "--no-samples");
    await first.ready();
    const second = longshore(...ownFlags(folder), "--no-samples");
    expect((await second.exited).code).toBe(2);
    expect(second.output).toContain(`process id ${first.child.pid}`);
  });
});

describe("after kill -9", () => {
  it("no process is left, and the next start finds objects, messages and items and goes on", async () => {
    const folder = state();
    // What the killed workers held is free after this, and not only after a minute.
    const { directory, remove } = synthesizeWith("killed", { workerLeaseSeconds: "8" });
    cleanUps.push(remove);
    const flags = [...ownFlags(folder), "--no-samples", "--assembly", directory];
    const first = longshore(...flags);
    const { endpoint, outputs } = await first.ready();
    const clients = adminClients(endpoint);
    const Bucket = outputs.UploadsBucket ?? "";
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: "before.csv", Body: "a\n1\n" }));
    await finishedJob(clients, outputs.JobsTableName ?? "", "before.csv");
    const QueueUrl = await deadLetterUrl(clients, outputs);
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
    // These are under way, somewhere between bucket and result, when the runtime dies.
    const names = Array.from({ length: 20 }, (_, index) => `under-way-${index}.csv`);
    await Promise.all(
      names.map((Key) => clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: `n\n${Key}\n` }))),
    );
    const children = descendantsOf(first.child.pid ?? 0);
    expect(children.length).toBeGreaterThan(0);
    await first.stop("SIGKILL");
    await until("its processes have ended", () => stillRunning(children).length === 0);

    const second = longshore(...flags);
    const again = await second.ready();
    expect(again.outputs.UploadsBucket).toBe(Bucket);
    const after = adminClients(again.endpoint);
    const object = await after.s3.send(new GetObjectCommand({ Bucket, Key: "before.csv" }));
    expect(await object.Body?.transformToString()).toBe("a\n1\n");
    for (const name of names) {
      const job = await finishedJob(after, again.outputs.JobsTableName ?? "", name, 180_000);
      expect(job, name).toMatchObject({ status: "succeeded", facts: { rows: 1 } });
    }
    const jobs = await allJobs(after, again.outputs.JobsTableName ?? "");
    expect(jobs.filter(({ key }) => key === "before.csv")).toHaveLength(1);
    const left = await after.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: QueueUrl.replace(endpoint, again.endpoint),
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    expect(left.Attributes?.ApproximateNumberOfMessages).toBe("1");
  }, 240_000);
});

describe("the template decides", () => {
  /** A copy of the assembly whose template is changed by hand; below the project, where images find their modules. */
  function changedAssembly(change: (template: Template) => void): string {
    const copy = join(PROJECT_ROOT, ".cache", `assembly-${process.pid}`);
    cleanUps.push(() => rmSync(copy, { recursive: true, force: true }));
    mkdirSync(copy, { recursive: true });
    cpSync(join(PROJECT_ROOT, "cdk.out"), copy, { recursive: true });
    const file = join(copy, "Longshore.template.json");
    const template = JSON.parse(readFileSync(file, "utf8")) as Template;
    change(template);
    writeFileSync(file, JSON.stringify(template));
    return copy;
  }

  it("a rule's suffix changed in the template changes what a key is taken for", async () => {
    const assembly = changedAssembly(({ Resources }) => {
      // In the rules, and in the pipelines that functions and containers are told of.
      const text = JSON.stringify(Resources).replaceAll(".tsv", ".tabs");
      Object.assign(Resources, JSON.parse(text));
    });
    const runtime = await startRuntime({ assembly, state: state(), port: 0, consolePort: 0, log: () => {} });
    cleanUps.push(() => runtime.stop());
    const clients = adminClients(runtime.endpoint);
    const Bucket = runtime.outputs.UploadsBucket ?? "";
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: "x.tsv", Body: "a\tb\n1\t2\n" }));
    const job = await finishedJob(clients, runtime.outputs.JobsTableName ?? "", "x.tsv");
    expect(job.pipeline).toBe("generic");
  });

  it("names a resource type that is not played, and a resource that is broken", async () => {
    const assembly = changedAssembly(({ Resources }) => {
      Resources.Stream = { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } };
    });
    const runtime = await startRuntime({ assembly, state: state(), port: 0, consolePort: 0, log: () => {} });
    expect(runtime.notPlayed).toMatchObject([{ type: "AWS::Kinesis::Stream", logicalIds: ["Stream"] }]);
    await runtime.stop();

    const broken = changedAssembly(({ Resources }) => {
      Resources.Odd = { Type: "AWS::SQS::Queue", Properties: { QueueName: { Ref: "Nowhere" } } };
    });
    const failed = startRuntime({ assembly: broken, state: state(), port: 0, consolePort: 0, log: () => {} });
    await expect(failed).rejects.toThrow(/Odd[\s\S]*Nowhere/);
  });
});

interface Template {
  Resources: Record<string, { Type: string; Properties?: unknown }>;
}

async function deadLetterUrl(
  clients: ReturnType<typeof adminClients>,
  outputs: Record<string, string>,
): Promise<string> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: outputs.JobsQueueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? "{}") as {
    deadLetterTargetArn: string;
  };
  return (outputs.JobsQueueUrl ?? "").replace(/[^/]+$/, deadLetterTargetArn.split(":").at(-1) ?? "");
}
