import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { readTaskIdentity } from "../../../containers/kit/task-identity.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A metadata endpoint whose answers are given one after another, the last one for ever. */
async function metadata(...answers: ((response: ServerResponse) => void)[]) {
  let asked = 0;
  const server = createServer((_, response) => {
    const answer = answers[Math.min(asked++, answers.length - 1)];
    answer?.(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { uri: `http://127.0.0.1:${port}/v4/id`, asked: () => asked };
}

const TASK = { TaskARN: "arn:aws:ecs:us-east-1:1:task/c/1", Limits: { CPU: 0.5, Memory: 1024 } };
const tells = (response: ServerResponse) => response.end(JSON.stringify(TASK));

test("a task knows who it is and what it may use", async () => {
  const { uri } = await metadata(tells);
  expect(await readTaskIdentity(uri)).toEqual({ taskArn: TASK.TaskARN, cpu: 0.5, memoryMiB: 1024 });
});

test("an endpoint that fails and hangs up at first, as on a busy host, costs time and not the task", async () => {
  const fails = (response: ServerResponse) => response.writeHead(500).end();
  const { uri, asked } = await metadata(fails, (response) => response.destroy(), tells);
  expect(await readTaskIdentity(uri)).toMatchObject({ taskArn: TASK.TaskARN });
  expect(asked()).toBe(3);
});

test("an endpoint that never says anything useful is named, with what it said", async () => {
  const { uri, asked } = await metadata((response) => response.writeHead(429).end());
  await expect(readTaskIdentity(uri)).rejects.toThrow(`${uri}/task: Error: HTTP 429`);
  expect(asked()).toBe(4);
});
