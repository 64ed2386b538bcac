import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestConsole, type TestConsole } from "./harness.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../containers/console/page");

let site: TestConsole;
beforeAll(async () => {
  site = await startTestConsole();
});
afterAll(() => site[Symbol.asyncDispose]());

test("everything that the page refers to is served, with its type", async () => {
  const index = await (await fetch(`${site.url}/`)).text();
  const scripts = readdirSync(FOLDER).filter((name) => name.endsWith(".js"));
  const imports = scripts.flatMap((name) =>
    [...readFileSync(path.join(FOLDER, name), "utf8").matchAll(/from "\.(\/[\w-]+\.js)"/g)].map(
      ([, to]) => to ?? "",
    ),
  );
  const references = [...index.matchAll(/(?:src|href)="(\/[^"]+\.\w+)"/g)].map(([, to]) => to ?? "");
  expect(references).toContain("/main.js");
  expect(imports).toContain("/jobs.js");
  for (const reference of new Set([...references, ...imports])) {
    const answer = await fetch(`${site.url}${reference}`);
    expect([reference, answer.status]).toEqual([reference, 200]);
    expect(answer.headers.get("content-type")).toMatch(/^(text\/(css|javascript)|image\/svg\+xml)/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test("nothing inline runs, nothing frames the page, and it talks to S3 and itself alone", async () => {
  const answer = await fetch(`${site.url}/`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).not.toContain("unsafe");
  expect(policy.split("; ")).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ${site.s3Origin}`,
      "frame-ancestors 'none'",
    ]),
  );
  const index = await answer.text();
  expect(index).not.toMatch(/\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)/);
});

test("a file that has not changed is not sent again", async () => {
  const etag = (await fetch(`${site.url}/style.css`)).headers.get("etag") ?? "";
  expect((await fetch(`${site.url}/style.css`, { headers: { "if-none-match": etag } })).status).toBe(304);
  expect((await fetch(`${site.url}/style.css`, { headers: { "if-none-match": '"other"' } })).status).toBe(
    200,
  );
});

test("what is not there is a problem with every guard on", async () => {
  const answer = await fetch(`${site.url}/page/../main.ts`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await answer.json()).toMatchObject({ status: 404, thing: "address", value: "GET /main.ts" });
});

test("a fault of our own says under which name the log has it, and nothing else", async () => {
  const key = "broken.csv";
  await site.put({ ...(await import("./harness.ts")).makeJob(key, 0), status: "odd" as "failed" });
  const answer = await site.ask(`/api/jobs/${(await import("./harness.ts")).makeJob(key, 0).jobId}`);
  expect(answer.status).toBe(500);
  const { requestId, detail } = (await answer.json()) as { requestId: string; detail: string };
  expect(detail).toContain(requestId);
  expect(site.lines).toContainEqual(
    expect.objectContaining({
      event: "console.request-failed",
      requestId,
      path: expect.stringContaining("/api/jobs/"),
    }),
  );
});
