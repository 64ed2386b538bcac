import {
  DescribeScalableTargetsCommand,
  PutScheduledActionCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  History,
  QueueList,
  ScalingDecision,
  ServiceList,
  TaskList,
} from "../../containers/console/api/schemas/cluster.ts";
import type { ReplayedLetters } from "../../containers/console/api/schemas/dead-letters.ts";
import type { Job, JobDetail, JobFile, JobList, JobLog } from "../../containers/console/api/schemas/jobs.ts";
import type {
  MultipartState,
  MultipartUpload,
  PartLinks,
  PreparedUpload,
} from "../../containers/console/api/schemas/uploads.ts";
import { checkAnswer } from "../containers/console/checked.ts";
import { adminClients, type Clients } from "./support/clients.ts";
import { LongshoreProcess, ownFlags, temporaryState } from "./support/longshore-process.ts";
import { until } from "./support/until.ts";

const state = temporaryState();
let longshore: LongshoreProcess;
let clients: Clients;
let outputs: Record<string, string>;
let url: string;
let token: string;

beforeAll(async () => {
  longshore = new LongshoreProcess([...ownFlags(state.path), "--no-samples"]);
  const ready = await longshore.ready();
  outputs = ready.outputs;
  clients = adminClients(ready.endpoint);
  const signIn = new URL(ready.consoleSignIn ?? "");
  url = signIn.origin;
  token = new URLSearchParams(signIn.hash.slice(1)).get("token") ?? "";
  await until(
    "the console is healthy",
    async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok,
  );
});

afterAll(async () => {
  const { code } = await longshore.stop("SIGINT");
  state.remove();
  expect(code, longshore.output).toBe(0);
});

/** Every answer is checked against the contract. */
async function ask<Body>(
  path: string,
  method = "GET",
  body?: object,
): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  await checkAnswer(method, `${url}${path}`, answer);
  return { status: answer.status, body: (await answer.json()) as Body };
}

async function upload(name: string, content: string): Promise<string> {
  const { body } = await ask<PreparedUpload>("/api/uploads", "POST", { name, size: content.length });
  const form = new FormData();
  for (const [field, value] of Object.entries(body.form.fields)) form.append(field, value);
  form.append("file", new Blob([content]));
  expect((await fetch(body.form.url, { method: "POST", body: form })).ok).toBe(true);
  return body.key;
}

const finished = (key: string) =>
  until(`${key} is finished`, async () => {
    const { body } = await ask<JobList>(`/api/jobs?text=${encodeURIComponent(key)}`);
    return body.jobs.find(({ status }) => status === "succeeded" || status === "failed");
  });

describe("the console, under the permissions of its template", () => {
  it("lets a person in by the address that npm start prints", async () => {
    const answer = await fetch(`${url}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ token }),
    });
    expect(answer.status).toBe(201);
    const [cookie = ""] = answer.headers.getSetCookie();
    const jobs = await fetch(`${url}/api/jobs`, { headers: { cookie: cookie.split(";")[0] ?? "" } });
    expect(jobs.status).toBe(200);
    expect((await fetch(`${url}/api/jobs`)).status).toBe(401);
  });

  it("follows an upload from the form to its result, its log lines and its files", async () => {
    const key = await upload(
      "folder/people <img src=x onerror=alert(1)>.csv",
      "name,age\nAda,36\nGrace,85\n",
    );
    const job = await finished(key);
    expect(job).toMatchObject({ status: "succeeded", hasResult: true, facts: { rows: 2 } });
    // Those that failed are listed by an index of their own.
    const { status: answered, body: failed } = await ask<JobList>("/api/jobs?status=failed");
    expect([answered, failed.jobs.filter(({ jobId }) => jobId === job.jobId)]).toEqual([200, []]);
    const { body: detail } = await ask<JobDetail>(`/api/jobs/${job.jobId}`);
    expect(detail.attempts).toMatchObject([{ attempt: 1, state: "succeeded" }]);
    expect(
      (await ask<{ content: { rows: number } }>(`/api/jobs/${job.jobId}/result`)).body.content.rows,
    ).toBe(2);
    const lines = await until("its log lines have come", async () => {
      const { body } = await ask<JobLog>(`/api/jobs/${job.jobId}/log`);
      return body.lines.length > 0 && body.lines;
    });
    expect(lines.every(({ text }) => text.includes(job.jobId))).toBe(true);
    const { body } = await ask<{ files: JobFile[] }>(`/api/jobs/${job.jobId}/files`);
    for (const file of body.files) {
      const got = await fetch(file.url);
      expect([got.status, got.headers.get("content-disposition")?.split(";")[0]]).toEqual([
        200,
        "attachment",
      ]);
    }
  });

  it("makes a file of parts that any of its tasks knows of", async () => {
    await until("two tasks of the console run", async () => {
      const { body } = await ask<ServiceList>("/api/cluster/services");
      return body.services.some(({ name, running }) => name.includes("Console") && running === 2);
    });
    const content = "a,b\n1,2\n3,4\n";
    const { body: begun } = await ask<MultipartUpload>("/api/multipart-uploads", "POST", {
      name: "parts.csv",
      size: content.length,
    });
    const path = `/api/multipart-uploads/${begun.id}`;
    const { body: links } = await ask<PartLinks>(`${path}/parts`, "POST", { parts: [1] });
    expect((await fetch(links.parts[0]?.url ?? "", { method: "PUT", body: content })).status).toBe(200);
    // Requests take turns between the tasks.
    for (let turn = 0; turn < 4; turn++) {
      const { body } = await ask<MultipartState>(path);
      expect(body.parts).toEqual([{ part: 1, size: content.length }]);
    }
    expect((await ask(`${path}/complete`, "POST")).status).toBe(200);
    expect(await finished(begun.key)).toMatchObject({ status: "succeeded", facts: { rows: 2 } });
  });

  it("shows the cluster's work", async () => {
    const { body: services } = await ask<ServiceList>("/api/cluster/services");
    expect(services.services.length).toBeGreaterThanOrEqual(2);
    const { body: tasks } = await ask<TaskList>("/api/cluster/tasks");
    expect(tasks.tasks.length).toBeGreaterThanOrEqual(2);
    expect(tasks.counts).toContainEqual(
      expect.objectContaining({ capacity: "FARGATE", lastStatus: "RUNNING" }),
    );
    expect((await ask("/api/cluster/tasks?state=stopped")).status).toBe(200);
    const counted = await until("the console has counted tasks", async () => {
      const { body } = await ask<History>("/api/cluster/history");
      return body.series.find(({ id, points }) => id === "tasks.FARGATE.running" && points.length > 0);
    });
    expect(counted.points.at(-1)?.value).toBeGreaterThanOrEqual(2);
    expect((await ask("/api/incidents")).status).toBe(200);
    expect((await ask("/api/rollups")).status).toBe(200);
  });

  it("says why there are more tasks, for a schedule as well", async () => {
    const ofServices = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;
    const { ScalableTargets = [] } = await clients.autoScaling.send(
      new DescribeScalableTargetsCommand(ofServices),
    );
    const { ResourceId } = ScalableTargets.find((target) => target.ResourceId?.includes("Console")) ?? {};
    const soon = new Date(Date.now() + 2_000).toISOString().slice(0, 19);
    await clients.autoScaling.send(
      new PutScheduledActionCommand({
        ...ofServices,
        ResourceId,
        ScheduledActionName: "OpenHouse",
        Schedule: `at(${soon})`,
        ScalableTargetAction: { MinCapacity: 3 },
      }),
    );
    const decisions = await until("the schedule's decisions are told", async () => {
      const { body } = await ask<{ decisions: ScalingDecision[] }>("/api/cluster/scaling");
      return body.decisions.length >= 2 && body.decisions;
    });
    const service = ResourceId?.split("/").at(-1);
    const causes = decisions.map(({ cause }) => cause).join("\n");
    expect(causes).toMatch(/OpenHouse/);
    expect(decisions).toContainEqual(
      expect.objectContaining({ service, description: expect.stringMatching(/desired count to 3/) }),
    );
  });

  it("tries a failed job again", async () => {
    const object = { key: "gone.csv", size: 4, etag: "e", "version-id": "gone", sequencer: "FF" };
    const event = {
      ...{
        version: "0",
        id: "x",
        "detail-type": "Object Created",
        source: "aws.s3",
        account: "000000000000",
      },
      ...{ time: "2026-11-22T13:00:00Z", region: "us-east-1", resources: [] },
      detail: { version: "0", bucket: { name: outputs.UploadsBucket }, object, reason: "PutObject" },
    };
    await send(JSON.stringify({ pipeline: "tables", event }));
    const job = await finished("gone.csv");
    expect(job).toMatchObject({ status: "failed", attempt: 1, failure: { cause: "object-gone" } });
    const replayed = await ask<{ job: Job }>(`/api/jobs/${job.jobId}/replay`, "POST");
    expect(replayed).toMatchObject({ status: 202, body: { job: { status: "queued" } } });
    await until("it has failed again", async () => {
      const { body } = await ask<JobDetail>(`/api/jobs/${job.jobId}`);
      return body.job.status === "failed" && body.job.attempt === 2;
    });
  });

  it("puts a dead letter back to where it came from", async () => {
    const name = "jobs";
    const count = async () => {
      const { body } = await ask<QueueList>("/api/cluster/queues");
      return body.queues.find((queue) => queue.kind === "dead-letters" && queue.name === name)?.visible ?? 0;
    };
    await send("not a job");
    await until("it is a dead letter", async () => (await count()) === 1);
    const path = `/api/cluster/queues/${name}/replay`;
    const { body: dry } = await ask<ReplayedLetters>(path, "POST", { dryRun: true });
    expect(dry).toMatchObject({ found: 1, stays: {}, more: false });
    const { body: done } = await ask<ReplayedLetters>(path, "POST", {});
    expect(Object.values(done.returned)).toEqual([1]);
    // The workers refuse it again.
    await until("it has come back", async () => (await count()) === 1);
    expect(await ask("/api/cluster/queues/none/replay", "POST", {})).toMatchObject({ status: 404 });
  });
});

function send(MessageBody: string) {
  return clients.sqs.send(new SendMessageCommand({ QueueUrl: outputs.JobsQueueUrl, MessageBody }));
}
