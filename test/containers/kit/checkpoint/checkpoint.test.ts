import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCheckpoint } from "../../../../containers/kit/checkpoint/checkpoint.ts";
import { newestBefore } from "../../../../containers/kit/checkpoint/saved-states.ts";
import type { JobRequest } from "../../../../events/jobs/job-request.ts";
import { eventually } from "../../support/eventually.ts";
import { RESULTS, TestPlatform, taskArn } from "../../support/platform.ts";

let platform: TestPlatform;
let folder: string;
beforeAll(async () => {
  platform = await TestPlatform.start();
  folder = await mkdtemp(join(tmpdir(), "longshore-test-"));
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

let jobs = 0;
function job(bucket = RESULTS): JobRequest {
  jobs++;
  const jobId = String(jobs).padStart(64, "0");
  const object = { bucket: "uploads", key: "a.zip", etag: "e", size: 1, sequencer: "0" };
  const result = { bucket, key: `archives/${jobId}/1/result.json` };
  return { contract: 1, jobId, pipeline: "archives", attempt: 1, object, result };
}

/** What is kept of a job in the results bucket. */
async function keysOf({ jobId }: JobRequest): Promise<(string | undefined)[]> {
  const { Contents = [] } = await platform.clients.s3.send(new ListObjectsV2Command({ Bucket: RESULTS }));
  return Contents.map(({ Key }) => Key).filter((key) => key?.includes(jobId));
}

describe.each([
  ["the results bucket", () => undefined],
  ["a folder", () => folder],
])("in %s", (_, folderOf) => {
  const of = (request: JobRequest, attempt: number, task = `task-${attempt}`) =>
    createCheckpoint({
      s3: platform.clients.s3,
      job: { ...request, attempt },
      taskArn: taskArn(task),
      folder: folderOf(),
    });

  test("what an attempt saved last, the next one finds; a job that is over leaves nothing", async () => {
    const request = job();
    const first = of(request, 1);
    expect(await first.load()).toBeUndefined();
    for (let entry = 1; entry <= 50; entry++) first.save({ entry });
    await first.flush();

    const second = of(request, 2);
    expect(await second.load()).toEqual({ entry: 50 });
    second.save({ entry: 60 });
    await second.discard();
    expect(await of(request, 3).load()).toBeUndefined();
    expect(await keysOf(request)).toEqual([]);
    expect(await readdir(join(folder, "archives")).catch(() => [])).toEqual([]);
  });

  test("an attempt that was given up for dead and goes on writes over nobody's state", async () => {
    const request = job();
    const given = of(request, 1);
    given.save({ entry: 10 });
    await given.flush();
    const heir = of(request, 2);
    expect(await heir.load()).toEqual({ entry: 10 });
    heir.save({ entry: 20 });
    await heir.flush();
    given.save({ entry: 11 });
    await given.flush();
    expect(await of(request, 3).load()).toEqual({ entry: 20 });
    expect(await of(request, 1, "another").load()).toEqual({ entry: 11 });
    await heir.discard();
  });

  test("an attempt that a worker handed back is gone on from by the one of the same number", async () => {
    const request = job();
    const handedBack = of(request, 1, "first-worker");
    handedBack.save({ entry: 3 });
    await handedBack.flush();
    const other = of(request, 1, "second-worker");
    expect(await other.load()).toEqual({ entry: 3 });
    await other.discard();
  });

  test("nothing is saved once the job is over", async () => {
    const request = job();
    const late = of(request, 1);
    late.save({ entry: 1 });
    await late.discard();
    late.save({ entry: 2 });
    await late.flush();
    expect(await of(request, 2).load()).toBeUndefined();
  });
});

test("in the results bucket it lies apart from results, written while the analysis goes on", async () => {
  const request = job();
  const s3 = platform.clients.s3;
  const checkpoint = createCheckpoint({ s3, job: request, taskArn: taskArn("t"), folder: undefined });
  checkpoint.save({ entry: 1 });
  await eventually("the checkpoint is there", async () => (await keysOf(request)).length > 0 || undefined);
  expect(await keysOf(request)).toEqual([`_checkpoints/archives/${request.jobId}/1-t.json`]);
  await checkpoint.discard();
});

test("a job that never saved anything asks nothing of anybody", async () => {
  const request = job("no-such-bucket");
  const s3 = platform.clients.s3;
  await createCheckpoint({ s3, job: request, taskArn: taskArn("t"), folder: undefined }).discard();
});

test.each([
  [["1-a.json", "2-b.json", "10-c.json"], 10, "10-c.json"],
  [["1-a.json", "2-b.json", "10-c.json"], 9, "2-b.json"],
  [["1-old.json", "1-new.json"], 1, "1-new.json"],
  [["3-a.json"], 2, undefined],
  [["ranges", "x.json", "1-a.json.new"], 4, undefined],
  [[], 1, undefined],
])("of %j attempt %i goes on from %s", (names, attempt, expected) => {
  const states = names.map((name, savedAt) => ({ name, savedAt }));
  expect(newestBefore(states, attempt)?.name).toBe(expected);
});
