import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { consoleVariables, startTestConsole, UPLOADER, UPLOADS } from "./harness.ts";

const MAIN = new URL("../../../containers/console/main.ts", import.meta.url).pathname;

const ENVIRONMENT = {
  PATH: process.env.PATH ?? "",
  ...consoleVariables("http://127.0.0.1:1"),
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};

test("the task serves with its endpoint from the environment, and ends by itself after SIGTERM", async () => {
  await using beside = await startTestConsole();
  const child = spawn(process.execPath, [MAIN], {
    env: { ...ENVIRONMENT, AWS_ENDPOINT_URL: beside.s3Origin, PUBLIC_S3_ENDPOINT: "http://s3.example:9" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const lines = createInterface(child.stdout);
    const [first] = await once(lines, "line");
    const { event, port } = JSON.parse(first);
    expect(event).toBe("console.started");
    const answer = await fetch(`http://127.0.0.1:${port}/api/uploads`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${UPLOADER}` },
      body: JSON.stringify({ name: "a.csv", size: 1 }),
    });
    expect(await answer.json()).toMatchObject({ form: { url: `http://s3.example:9/${UPLOADS}` } });
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a request that is under way when SIGTERM comes is answered whole, while nobody else is let in", async () => {
  await using beside = await startTestConsole();
  const child = spawn(process.execPath, [MAIN], {
    env: { ...ENVIRONMENT, AWS_ENDPOINT_URL: beside.s3Origin },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [first] = await once(createInterface(child.stdout), "line");
    const { port } = JSON.parse(first);
    const body = JSON.stringify({ name: "half.csv", size: 1 });
    const upload = request(`http://127.0.0.1:${port}/api/uploads`, {
      method: "POST",
      agent: false,
      headers: {
        authorization: `Bearer ${UPLOADER}`,
        "content-type": "application/json",
        "content-length": body.length,
        expect: "100-continue",
      },
    });
    const answered = once(upload, "response") as Promise<[IncomingMessage]>;
    upload.flushHeaders();
    // The service has its head, and waits for its body.
    await once(upload, "continue");
    upload.write(body.slice(0, 10));

    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const knock = () =>
      fetch(`http://127.0.0.1:${port}/api/about`, { headers: { connection: "close" } }).then(
        () => "let in",
        () => "refused",
      );
    await expect.poll(knock, { timeout: 10_000 }).toBe("refused");

    upload.end(body.slice(10));
    const [answer] = await answered;
    expect(JSON.parse(await text(answer))).toMatchObject({
      form: { fields: { key: expect.stringMatching(/half\.csv$/) } },
    });
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a wrong environment ends the task with every variable, its value and its rule", async () => {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...ENVIRONMENT, JOBS_TABLE: undefined, PIPELINES: "{", PORT: "http", UPLOADER_TOKEN: "short" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(1);
  expect(said).toMatch(/^JOBS_TABLE is not set; /m);
  expect(said).toMatch(/^PIPELINES is "\{"; must be JSON$/m);
  expect(said).toMatch(/^PORT is "http"; /m);
  expect(said).toMatch(/^UPLOADER_TOKEN is a secret; at least 20 characters$/m);
});

test("the image runs the same file, as a user without rights", () => {
  const dockerfile = readFileSync(new URL("Dockerfile", `file://${MAIN}`), "utf8");
  expect(dockerfile).toContain('ENTRYPOINT ["node", "containers/console/main.ts"]');
  expect(dockerfile).toMatch(/^USER node$/m);
});
