import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { progressWriter } from "../../../containers/kit/progress-writer.ts";
import { eventually } from "../support/eventually.ts";
import { TestPlatform } from "../support/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await TestPlatform.start();
});
afterAll(() => platform[Symbol.asyncDispose]());

test("progress is written every two seconds at most, however often it is told, and its writes harm nobody", async () => {
  let writes = 0;
  // Nobody holds the job any more: the table refuses what is written, and says so.
  const table = {
    ...platform.table,
    onRefused: () => {
      writes++;
    },
  };
  const startedAt = performance.now();
  const tell = progressWriter(table, "gone", { taskArn: "arn:of:a:task", attempt: 1 });
  while (performance.now() - startedAt < 4_500) {
    tell(50, "reading the object");
    await pause(20);
  }
  const most = Math.floor((performance.now() - startedAt) / 2_000);
  await eventually("progress is written", async () => (writes > 0 ? writes : undefined));
  expect(writes).toBeLessThanOrEqual(most);
});
