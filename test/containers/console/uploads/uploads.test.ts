import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestConsole, type TestConsole, UPLOADER, UPLOADS } from "../harness.ts";

let site: TestConsole;
beforeAll(async () => {
  site = await startTestConsole();
});
afterAll(() => site[Symbol.asyncDispose]());

interface Body {
  readonly key: string;
  readonly form: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
  readonly detail: string;
  readonly thing: string;
  readonly value: string;
  readonly rule: string;
}

async function prepare(body: unknown, contentType = "application/json") {
  const answer = await site.ask("/api/uploads", {
    token: UPLOADER,
    method: "POST",
    headers: { "content-type": contentType },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    body: (await answer.json()) as Body,
  };
}

test("a file goes straight to S3 with the form that the console signs", async () => {
  const content = "a,b\n1,2\n";
  const { status, body } = await prepare({ name: "März 100%+ü.csv", size: content.length, type: "text/csv" });
  expect(status).toBe(201);
  expect(body).toMatchObject({ bucket: UPLOADS, pipeline: "tables", lane: "pooled" });
  expect(body.key).toMatch(/^\d{4}\/\d{2}\/\d{2}\/[0-9a-f]{16}\/März 100%\+ü\.csv$/);
  expect(new URL(body.form.url).origin).toBe(site.s3Origin);

  const form = new FormData();
  for (const [name, value] of Object.entries(body.form.fields)) form.append(name, String(value));
  form.append("file", new Blob([content]));
  const sent = await fetch(body.form.url, { method: "POST", body: form });
  expect(sent.ok).toBe(true);
  const kept = await site.s3.send(new GetObjectCommand({ Bucket: UPLOADS, Key: body.key }));
  expect(await kept.Body?.transformToString()).toBe(content);
  expect(kept.ContentType).toBe("text/csv");
});

test("the form is good for exactly this size, type and key, and for a quarter of an hour", async () => {
  const { body } = await prepare({ name: "a.bin", size: 5000, type: "application/x-thing" });
  const policy = JSON.parse(Buffer.from(body.form.fields.Policy ?? "", "base64").toString("utf8"));
  expect(policy.conditions).toContainEqual(["content-length-range", 5000, 5000]);
  expect(policy.conditions).toContainEqual({ "Content-Type": "application/x-thing" });
  expect(policy.conditions).toContainEqual({ key: body.key });
  expect(policy.conditions).toContainEqual({ bucket: UPLOADS });
  const minutes = (Date.parse(policy.expiration) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(14);
  expect(minutes).toBeLessThan(15.1);
  expect(body).toMatchObject({ pipeline: "generic", lane: "dedicated" });
});

test("an empty file of an unknown type is taken", async () => {
  const { status, body } = await prepare({ name: "empty", size: 0 });
  expect(status).toBe(201);
  expect(body.form.fields["Content-Type"]).toBe("application/octet-stream");
});

test.each([
  ["a 5 TB claim", { name: "huge.csv", size: 5e12 }, 413, { thing: "size", value: "5000000000000" }],
  ["a negative size", { name: "a", size: -1 }, 422, { thing: "size", value: "-1" }],
  ["half a byte", { name: "a", size: 0.5 }, 422, { thing: "size", rule: "a whole number of bytes" }],
  ["no name", { size: 1 }, 422, { thing: "name", value: "not given" }],
  ["a blank name", { name: "  ", size: 1 }, 422, { thing: "name", value: '"  "' }],
  ["a path that leads up", { name: "../../etc/passwd", size: 1 }, 422, { thing: "name" }],
  ["a path without a folder's name", { name: "a//b.csv", size: 1 }, 422, { thing: "name" }],
  ["a backslash", { name: "a\\b.csv", size: 1 }, 422, { thing: "name" }],
  ["a step up", { name: "..", size: 1 }, 422, { thing: "name", value: '".."' }],
  ["a control character", { name: "a\u0000b", size: 1 }, 422, { thing: "name" }],
  ["a name that S3 would fill in", { name: "$" + "{filename}", size: 1 }, 422, { thing: "name" }],
  ["half a surrogate pair", { name: "\ud800.csv", size: 1 }, 422, { thing: "name" }],
  ["a name of 1,000 bytes", { name: "ü".repeat(500), size: 1 }, 422, { thing: "name" }],
  ["a type that is none", { name: "a", size: 1, type: "text/html; x" }, 422, { thing: "type" }],
  ["an unknown member", { name: "a", size: 1, acl: "public" }, 422, { thing: "acl" }],
  ["a list", [], 422, { thing: "the request" }],
  ["6 GiB in one form", { name: "a.bin", size: 6 * 1024 ** 3 }, 413, { thing: "size" }],
])(
  "%s is refused with a problem that names the thing, its value and the rule",
  async (_, input, status, expected) => {
    const { status: got, type, body } = await prepare(input);
    expect(got).toBe(status);
    expect(type).toBe("application/problem+json");
    expect(body).toMatchObject({ status, ...expected });
    expect(body.detail).toBe(`${body.thing} is ${body.value}; ${body.rule}`);
    expect(body.rule).not.toBe("");
  },
);

test("a form of another site's page cannot ask for an upload", async () => {
  expect(await prepare("name=a&size=1", "application/x-www-form-urlencoded")).toMatchObject({ status: 415 });
  expect(await prepare(JSON.stringify({ name: "a", size: 1 }), "text/plain")).toMatchObject({ status: 415 });
});

test("what is not JSON, and what is too long, is refused", async () => {
  expect(await prepare("{nope")).toMatchObject({ status: 400, body: { value: "not JSON" } });
  expect(await prepare({ name: "a".repeat(70_000), size: 1 })).toMatchObject({ status: 413 });
});
