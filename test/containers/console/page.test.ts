import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPages } from "../../../infra/bundling/build-pages.ts";
import { makeJob, startTestConsole, type TestConsole } from "./harness.ts";

const DIST = path.resolve(import.meta.dirname, "../../../containers/console/web/dist");
/** Bytes of script, gzip, that any page may load. */
const MOST_SCRIPT = 150_000;

let site: TestConsole;
beforeAll(async () => {
  buildPages();
  site = await startTestConsole();
});
afterAll(() => site?.[Symbol.asyncDispose]());

test("everything that the document refers to is served, with its type, compressed, and for good", async () => {
  const index = await (await fetch(`${site.url}/`)).text();
  const references = [...index.matchAll(/(?:src|href)="(\/[^"]+\.\w+)"/g)].map(([, to]) => to ?? "");
  expect(references.some((name) => name.endsWith(".js"))).toBe(true);
  expect(references.some((name) => name.endsWith(".css"))).toBe(true);
  for (const reference of references) {
    const answer = await fetch(`${site.url}${reference}`);
    expect([reference, answer.status]).toEqual([reference, 200]);
    expect(answer.headers.get("content-type")).toMatch(/^(text\/(css|javascript)|image\/svg\+xml)/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    if (reference.startsWith("/assets/")) expect(answer.headers.get("cache-control")).toContain("immutable");
  }
});

test.each(["/", "/jobs", `/jobs/${"a".repeat(64)}`, "/cluster", "/incidents", "/reports"])(
  "%s is a page that can be loaded by its address",
  async (address) => {
    const answer = await fetch(`${site.url}${address}`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(answer.headers.get("cache-control")).toBe("no-cache");
  },
);

test("nothing inline runs, and nothing frames the pages", async () => {
  const answer = await fetch(`${site.url}/`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).not.toContain("unsafe");
  expect(policy.split("; ")).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
    ]),
  );
  expect(await answer.text()).not.toMatch(/\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)/);
});

describe("what a page weighs", () => {
  const sources = new Map<string, string>();
  beforeAll(() => {
    for (const name of globSync("assets/*.js", { cwd: DIST })) {
      sources.set(path.basename(name), readFileSync(path.join(DIST, name), "utf8"));
    }
  });
  const entries = () =>
    [...sources.keys()].filter((name) => /^(drop|jobs?|cluster|incidents?|reports)-/.test(name));

  test("there is a script of its own for each page", () => {
    for (const page of ["drop", "job", "jobs", "cluster", "incident", "incidents", "reports"]) {
      expect(entries()).toContainEqual(expect.stringMatching(`^${page}-`));
    }
  });

  test("no page loads more than 150 KB of script, gzip", () => {
    const first = [...sources.keys()].filter((name) => name.startsWith("index-"));
    for (const entry of entries()) {
      const loaded = [...first, entry].reduce((all, name) => withImports(name, all), new Set<string>());
      const bytes = [...loaded].reduce((sum, name) => sum + gzipSync(sources.get(name) ?? "").length, 0);
      expect(bytes, `${entry} with ${loaded.size} files`).toBeLessThan(MOST_SCRIPT);
    }
  });

  /** Files that a file imports before it runs; those that it loads later are other pages'. */
  function withImports(name: string, all: Set<string>): Set<string> {
    if (all.has(name)) return all;
    all.add(name);
    const source = sources.get(name) ?? "";
    for (const [, to] of source.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      withImports(to ?? "", all);
    return all;
  }
});

test("a document that has not changed is not sent again", async () => {
  const etag = (await fetch(`${site.url}/`)).headers.get("etag") ?? "";
  expect((await fetch(`${site.url}/`, { headers: { "if-none-match": etag } })).status).toBe(304);
  expect((await fetch(`${site.url}/`, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
});

test("a fault of our own says under which name the log has it, and nothing else", async () => {
  const key = "broken.csv";
  await site.put({ ...makeJob(key, 0), status: "odd" as "failed" });
  const answer = await site.ask(`/api/jobs/${makeJob(key, 0).jobId}`);
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

test("what is not there is a page for people and a problem for programs, with every guard on", async () => {
  const program = await fetch(`${site.url}/web/../main.ts`);
  expect([program.status, program.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  expect(program.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await program.json()).toMatchObject({ status: 404, thing: "address", value: "GET /main.ts" });
  const person = await fetch(`${site.url}/nowhere`, { headers: { "sec-fetch-dest": "document" } });
  expect([person.status, person.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
});
