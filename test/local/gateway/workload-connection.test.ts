import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFromWorkload } from "../../../local/gateway/workload-connection.ts";

let server: Server;
let url: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  server = createServer((request, response) => response.end(String(isFromWorkload(request.socket))));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  for (const child of started) child.kill();
  server.close();
});

const ASK = "fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)";
/** Asks from a process that the first one starts, without anything of its environment. */
const ASK_BELOW = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(ASK)}, process.argv[1]], { stdio: "inherit", env: {} })`;

/** What the server answers to a child process that runs `script`. */
async function answerTo(script: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ["-e", script, url], { env, stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return text.trim();
}

describe.runIf(process.platform === "linux")("a connection", () => {
  it.each([
    ["a task's process", ASK, { AWS_EXECUTION_ENV: "AWS_ECS_FARGATE" }],
    ["a function's process", ASK, { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" }],
    ["a process that a task has started", ASK_BELOW, { AWS_EXECUTION_ENV: "AWS_ECS_EC2" }],
  ])("of %s is known as a workload's", async (_, script, env) => {
    expect(await answerTo(script, env)).toBe("true");
  });

  it.each([
    ["another child of this process", { AWS_EXECUTION_ENV: "AWS_CloudShell" }],
    ["a child without an environment", {}],
  ])("of %s is not", async (_, env: Record<string, string>) => {
    expect(await answerTo(ASK, env)).toBe("false");
  });

  it("of this process is not, while a task runs", async () => {
    const task = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      env: { AWS_EXECUTION_ENV: "AWS_ECS_FARGATE" },
    });
    started.push(task);
    expect(await (await fetch(url)).text()).toBe("false");
  });
});
