import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { RESULTS, startTestConsole, TABLE, UPLOADS } from "../harness.ts";

test("health is 200 while the table and the buckets answer", async () => {
  await using site = await startTestConsole();
  const answer = await fetch(`${site.url}/health`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    healthy: true,
    checks: { [`table ${TABLE}`]: "ok", [`bucket ${UPLOADS}`]: "ok", [`bucket ${RESULTS}`]: "ok" },
  });
});

test("health is 503 and names what does not answer", async () => {
  await using site = await startTestConsole();
  await site.dynamo.send(new DeleteTableCommand({ TableName: TABLE }));
  await site.s3.send(new DeleteBucketCommand({ Bucket: RESULTS }));
  const answer = await fetch(`${site.url}/health`);
  expect(answer.status).toBe(503);
  const { healthy, checks } = (await answer.json()) as { healthy: boolean; checks: Record<string, string> };
  expect(healthy).toBe(false);
  expect(checks[`table ${TABLE}`]).toMatch(/^(DELETING|ResourceNotFoundException)$/);
  expect(checks[`bucket ${RESULTS}`]).not.toBe("ok");
  expect(checks[`bucket ${UPLOADS}`]).toBe("ok");
});

test("an answer is kept for a few seconds", async () => {
  await using site = await startTestConsole();
  expect((await fetch(`${site.url}/health`)).status).toBe(200);
  await site.s3.send(new DeleteBucketCommand({ Bucket: RESULTS }));
  expect((await fetch(`${site.url}/health`)).status).toBe(200);
});
