import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FINAL_STATUSES, JOB_TRANSITIONS } from "../../events/jobs/job.ts";
import { jobIdOf } from "../../events/jobs/job-id.ts";
import type { JobMessage } from "../../events/jobs/job-message.ts";
import { smallPipeline } from "./support/jobs.ts";
import { ENDS, type RunTaskAnswer, SimulatedSystem } from "./support/simulated-system.ts";
import { createTables, type TestTables } from "./support/tables.ts";

let tables: TestTables;
let keys = 0;
beforeAll(async () => {
  tables = await createTables();
});
afterAll(() => tables.close());

const pipeline = { ...smallPipeline, maxAttempts: 4, memoryCeilingMiB: 30_720 };

/** The event of one version of a key. */
function upload(key: string, version: 1 | 2, name: string): JobMessage {
  return {
    pipeline: name,
    event: {
      ...{ version: "0", id: "e", source: "aws.s3", "detail-type": "Object Created", account: "1" },
      ...{ time: "2026-11-22T13:00:00Z", region: "us-east-1", resources: [] },
      detail: {
        version: "0",
        bucket: { name: "uploads" },
        object: { key, size: 9, etag: `e${version}`, "version-id": `v${version}`, sequencer: `0${version}` },
        reason: "PutObject",
      },
    },
  };
}

const which = fc.nat({ max: 20 });
/** Calls to DynamoDB that a function comes to make before it is gone; mostly all of them. */
const crash = fc.oneof(
  { weight: 3, arbitrary: fc.constant(Infinity) },
  { weight: 1, arbitrary: fc.nat({ max: 7 }) },
);
const action = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("upload" as const), version: fc.constantFrom(1, 2), crash }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("launch" as const), which, again: fc.boolean(), crash }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("act" as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("stopped" as const), which, crash }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("stop" as const),
      which,
      how: fc.constantFrom(...(Object.keys(ENDS) as (keyof typeof ENDS)[])),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      answer: fc.constantFrom<RunTaskAnswer>("task", "no-capacity", "throttled", "lost"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refuse" as const), which }) },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items.length === 0 ? undefined : items[number % items.length];
}

async function perform(system: SimulatedSystem, uploads: readonly JobMessage[], next: Action): Promise<void> {
  switch (next.kind) {
    case "upload": {
      const message = uploads[next.version - 1];
      if (message) await system.deliverUpload(message, next.crash);
      return;
    }
    case "launch":
      return system.deliverLaunch(next.which % Math.max(1, system.launches.length), next.again, next.crash);
    case "act": {
      const task = pick(system.tasks, next.which);
      return task && system.act(task);
    }
    case "refuse": {
      const task = pick(system.tasks, next.which);
      return task && system.refuseObject(task);
    }
    case "stop": {
      const task = pick(system.tasks, next.which);
      if (task) system.stop(task, next.how);
      return;
    }
    case "stopped": {
      const event = pick(system.stoppedEvents, next.which);
      if (event) await system.deliverStopped(event, next.crash);
      return;
    }
    case "answer":
      system.nextAnswer = next.answer;
  }
}

/** Nothing fails any more, and what is under way comes to its end. */
async function settle(system: SimulatedSystem, uploads: readonly JobMessage[]): Promise<void> {
  system.nextAnswer = "task";
  for (const message of uploads) await system.deliverUpload(message);
  for (let round = 0; round < 12; round++) {
    while (system.launches.length > 0) await system.deliverLaunch(0, false);
    for (const task of system.tasks) while (task.alive) await system.act(task);
    for (const event of system.stoppedEvents) await system.deliverStopped(event);
  }
}

describe.each([
  ["our container", false],
  ["a container without code of ours", true],
])("whatever order events come in, with %s", (_, isForeign) => {
  it("each version has one final job, whose item and result document are of one attempt", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const system = new SimulatedSystem(tables, pipeline, isForeign);
        const key = `object-${++keys}`;
        const uploads = [1, 2].map((version) => upload(key, version as 1 | 2, system.pipeline.name));
        for (const next of actions) await perform(system, uploads, next);
        await settle(system, uploads);

        const [old, newest] = await Promise.all(
          uploads.map(({ event: { detail } }) =>
            system.job(
              jobIdOf(
                { bucket: "uploads", key, versionId: detail.object["version-id"], etag: detail.object.etag },
                system.pipeline.name,
              ),
            ),
          ),
        );
        expect(["succeeded", "failed", "superseded"]).toContain(old?.status);
        expect(["succeeded", "failed"]).toContain(newest?.status);
        for (const job of [old, newest]) {
          if (job?.status === "superseded") expect(job.supersededBy).toBe(newest?.jobId);
          if (job?.status === "failed" && job.failure?.cause !== "unreadable") {
            expect(job.attempt).toBe(pipeline.maxAttempts);
          }
          expect(job?.watch).toBeUndefined();
          if (job?.status !== "succeeded") continue;
          // The document that the item names was written by the very task and attempt that hold the job.
          const document = system.documents.get(job.result?.key ?? "");
          expect(document).toEqual({ taskArn: job.facts?.writer, attempt: job.attempt });
          if (!isForeign) expect(document?.taskArn).toBe(job.taskArn);
        }
        expectLegal(system);
        await expectToldOnce(system, key);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

/** Only legal moves, none out of a final state, and no attempt after a later one. */
function expectLegal({ history }: SimulatedSystem): void {
  for (const states of Map.groupBy(history, ({ jobId }) => jobId).values()) {
    for (const [index, after] of states.entries()) {
      const before = states[index - 1];
      if (!before) continue;
      expect(FINAL_STATUSES).not.toContain(before.status);
      if (after.status !== before.status) expect(JOB_TRANSITIONS[before.status]).toContain(after.status);
      expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
    }
  }
}

/** An incident for each task that stopped wrongly, one at most; alerts only for jobs that have failed. */
async function expectToldOnce(system: SimulatedSystem, key: string): Promise<void> {
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: tables.incidentsTable }));
  const own = Items.filter(({ job }) => job?.key === key);
  const arns = own.map(({ task }) => String(task.taskArn));
  expect(new Set(arns).size).toBe(arns.length);
  const tasks = new Map(system.tasks.map((task) => [task.taskArn, task]));
  for (const arn of arns) expect(tasks.get(arn)?.isStopped).toBe(true);
  const failures = own.filter(({ severity }) => severity !== "warning");
  const subjects = system.alerts.map(({ subject }) => subject);
  expect(subjects.length).toBeLessThanOrEqual(failures.length);
}
