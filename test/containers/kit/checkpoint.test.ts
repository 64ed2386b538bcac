import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCheckpoint } from "../../../containers/kit/checkpoint.ts";
import type { JobRequest } from "../../../events/jobs/job-request.ts";
import { eventually } from "../support/eventually.ts";
import { RESULTS, TestPlatform } from "../support/platform.ts";

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
function job(): JobRequest {
  jobs++;
  const jobId = String(jobs).padStart(64, "0");
  const object = { bucket: "uploads", key: "a.zip", etag: "e", size: 1, sequencer: "0" };
  const result = { bucket: RESULTS, key: `archives/${jobId}/1/result.json` };
  return { contract: 1, jobId, pipeline: "archives", attempt: 1, object, result };
}

async function keysOf({ jobId }: JobRequest): Promise<(string | undefined)[]> {
  const { Contents = [] } = await platform.clients.s3.send(
    new ListObjectsV2Command({ Bucket: RESULTS, Prefix: `archives/${jobId}/` }),
  );
  return Contents.map(({ Key }) => Key);
}

for (const [where, folderOf] of [
  ["the results bucket", () => undefined],
  ["a folder", () => folder],
] as const) {
  test(`in ${where}: what an attempt saved last, the next one finds; a job that is over leaves nothing`, async () => {
    const request = job();
    const first = createCheckpoint(platform.clients.s3, request, folderOf());
    expect(await first.load()).toBeUndefined();
    for (let entry = 1; entry <= 50; entry++) first.save({ entry });
    await first.flush();

    const second = createCheckpoint(platform.clients.s3, { ...request, attempt: 2 }, folderOf());
    expect(await second.load()).toEqual({ entry: 50 });
    await second.discard();
    expect(await createCheckpoint(platform.clients.s3, request, folderOf()).load()).toBeUndefined();
    expect(await keysOf(request)).toEqual([]);
    expect(await readdir(join(folder, "archives")).catch(() => [])).toEqual([]);
  });
}

test("in the results bucket it lies beside the job's attempts, written while the analysis goes on", async () => {
  const request = job();
  const checkpoint = createCheckpoint(platform.clients.s3, request, undefined);
  checkpoint.save({ entry: 1 });
  await eventually("the checkpoint is there", async () => (await keysOf(request)).length > 0 || undefined);
  expect(await keysOf(request)).toEqual([`archives/${request.jobId}/checkpoint.json`]);
  await checkpoint.discard();
});

test("a job that never saved anything asks nothing of anybody", async () => {
  const request = { ...job(), result: { bucket: "no-such-bucket", key: "x/y/1/result.json" } };
  await createCheckpoint(platform.clients.s3, request, undefined).discard();
});
