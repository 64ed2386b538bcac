import { readdirSync } from "node:fs";
import { GetObjectCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  CompletedUpload,
  MultipartState,
  MultipartUpload,
  PartLinks,
} from "../../../../containers/console/api/schemas/uploads.ts";
import { planParts, sizeOfPart } from "../../../../containers/console/uploads/part-plan.ts";
import { startTestConsole, type TestConsole, UPLOADER, UPLOADS } from "../harness.ts";

const MIB = 1024 ** 2;
let site: TestConsole;
beforeAll(async () => {
  site = await startTestConsole({ MAX_UPLOAD_BYTES: String(6 * 1024 ** 4 - 1024 ** 4) });
});
afterAll(() => site[Symbol.asyncDispose]());

async function ask<Body>(method: string, path: string, body?: object) {
  const answer = await site.ask(`/api/multipart-uploads${path}`, {
    token: UPLOADER,
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (answer.status === 204 ? undefined : await answer.json()) as Body };
}
const begin = async (name: string, size: number) =>
  (await ask<MultipartUpload>("POST", "", { name, size, type: "text/csv", lastModified: 5 })).body;

async function sendParts(upload: MultipartUpload, content: Buffer, parts: readonly number[]) {
  const { body } = await ask<PartLinks>("POST", `/${upload.id}/parts`, { parts });
  for (const { part, size, url } of body.parts) {
    const from = (part - 1) * upload.partSize;
    const sent = await fetch(url, { method: "PUT", body: content.subarray(from, from + size) });
    expect(sent.status).toBe(200);
  }
}

describe("an upload in parts", () => {
  test("goes on where it was left, by another page, and is the file in the end", async () => {
    const content = Buffer.alloc(17 * MIB, "0123456789\n");
    const upload = await begin("folder/large.csv", content.length);
    expect(upload).toMatchObject({ partSize: 16 * MIB, partCount: 2, pipeline: "tables", lane: "dedicated" });
    await sendParts(upload, content, [2]);

    // A page that was opened anew knows the file by name, size and date.
    const { body: list } = await ask<{ uploads: MultipartUpload[] }>("GET", "");
    const found = list.uploads.find(
      ({ name, size, lastModified }) =>
        name === "folder/large.csv" && size === content.length && lastModified === 5,
    );
    expect(found).toEqual(upload);
    const { body: state } = await ask<MultipartState>("GET", `/${upload.id}`);
    expect(state.parts).toEqual([{ part: 2, size: MIB }]);
    expect(await ask("POST", `/${upload.id}/complete`)).toMatchObject({
      status: 409,
      body: { thing: "part 1", value: "not there" },
    });
    await sendParts(upload, content, [1]);
    const { status, body: done } = await ask<CompletedUpload>("POST", `/${upload.id}/complete`);
    expect(status).toBe(200);
    expect(done).toMatchObject({ bucket: UPLOADS, key: upload.key });
    const kept = await site.s3.send(new GetObjectCommand({ Bucket: UPLOADS, Key: upload.key }));
    expect(kept.ContentType).toBe("text/csv");
    expect(Buffer.from((await kept.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
    expect(readdirSync(site.staging)).toEqual([]);
  });

  test("is not made of a part of another size than was said", async () => {
    const upload = await begin("short.csv", MIB);
    await sendParts(upload, Buffer.alloc(5), [1]);
    expect(await ask("POST", `/${upload.id}/complete`)).toMatchObject({
      status: 409,
      body: { thing: "part 1", value: "5 bytes long" },
    });
    expect((await ask("DELETE", `/${upload.id}`)).status).toBe(204);
  });

  test("that is given up leaves nothing", async () => {
    const upload = await begin("given-up.csv", 20 * MIB);
    await sendParts(upload, Buffer.alloc(20 * MIB), [1]);
    expect((await ask("DELETE", `/${upload.id}`)).status).toBe(204);
    expect(await ask("GET", `/${upload.id}`)).toMatchObject({ status: 404, body: { thing: "upload" } });
    const { Uploads = [] } = await site.s3.send(new ListMultipartUploadsCommand({ Bucket: UPLOADS }));
    expect(Uploads.map(({ Key }) => Key)).not.toContain(upload.key);
  });

  test("of bad input is answered by name", async () => {
    expect(await ask("POST", "", { name: "a.csv", size: 0 })).toMatchObject({
      status: 422,
      body: { thing: "size" },
    });
    expect(await ask("POST", "", { name: "a.csv", size: 6 * 1024 ** 4 })).toMatchObject({
      status: 413,
      body: { thing: "size", rule: expect.stringContaining("5120 GiB") },
    });
    expect(await ask("GET", "/../../etc")).toMatchObject({ status: 404 });
    expect(await ask("GET", "/not-an-id")).toMatchObject({ status: 400, body: { thing: "id" } });
    expect(await ask("GET", `/${"0".repeat(32)}`)).toMatchObject({ status: 404 });
    const upload = await begin("b.csv", 20 * MIB);
    expect(await ask("POST", `/${upload.id}/parts`, { parts: [3] })).toMatchObject({
      status: 422,
      body: { thing: "parts", value: "3" },
    });
    expect(await ask("POST", `/${upload.id}/parts`, { parts: [] })).toMatchObject({ status: 422 });
  });
});

describe("a file is cut", () => {
  test.each([
    [1, 16 * MIB, 1],
    [16 * MIB, 16 * MIB, 1],
    [16 * MIB + 1, 16 * MIB, 2],
    [5 * 1024 ** 4, 525 * MIB, 9987],
  ])("of %i bytes into parts of %i: %i of them", (size, partSize, partCount) => {
    const plan = planParts(size);
    expect(plan).toEqual({ partSize, partCount });
    expect((partCount - 1) * partSize + sizeOfPart(size, plan, partCount)).toBe(size);
  });
});
