import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepCheckpoints } from "../../../../containers/batch/checkpoints/sweep.ts";
import { createTables, type TestTables } from "../../../functions/support/tables.ts";

const NOW = Date.parse("2026-11-22T13:00:00.000Z");
const DAY = 24 * 3_600_000;
let tables: TestTables;
let folder: string;
beforeAll(async () => {
  tables = await createTables();
  folder = await mkdtemp(join(tmpdir(), "longshore-test-"));
});
afterAll(async () => {
  await tables.close();
  await rm(folder, { recursive: true });
});

const idOf = (number: number) => String(number).padStart(64, "0");

/** A checkpoint that was written so many days ago, of a job in this state; of none without one. */
async function checkpoint(number: number, status: string | undefined, days = 0): Promise<void> {
  const jobId = idOf(number);
  const own = join(folder, number % 2 ? "archives" : "generic", jobId);
  await mkdir(join(own, "ranges"), { recursive: true });
  await writeFile(join(own, "ranges", "0-00000000"), "x");
  await utimes(own, (NOW - days * DAY) / 1_000, (NOW - days * DAY) / 1_000);
  if (status) {
    await tables.client.send(new PutCommand({ TableName: tables.jobsTable, Item: { jobId, status } }));
  }
}

test("checkpoints of jobs that are over are removed, those of jobs that go on stay", async () => {
  const over = ["succeeded", "failed", "superseded"];
  const open = ["running", "queued", "launched"];
  for (const [index, status] of [...over, ...open].entries()) await checkpoint(index, status, 30);
  for (let number = 200; number < 340; number++) await checkpoint(number, "failed");
  await checkpoint(500, undefined, 1);
  await checkpoint(501, undefined, 8);
  await writeFile(join(folder, "lost+found"), "");
  const { client, jobsTable } = tables;
  const swept = await sweepCheckpoints({ client, jobsTable, folder, now: NOW });
  expect(swept).toEqual({ seen: 148, removed: 144 });
  const left = [...(await readdir(join(folder, "archives"))), ...(await readdir(join(folder, "generic")))];
  expect(left.sort()).toEqual([3, 4, 5, 500].map(idOf));
});
