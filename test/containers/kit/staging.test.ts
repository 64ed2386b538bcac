import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stageObject } from "../../../containers/kit/staging.ts";
import { CuttingProxy } from "../support/cutting-proxy.ts";
import { TestPlatform, UPLOADS } from "../support/platform.ts";

let platform: TestPlatform;
let folder: string;
let file = 0;
beforeAll(async () => {
  platform = await TestPlatform.start();
  folder = await mkdtemp(join(tmpdir(), "longshore-test-"));
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function hex(algorithm: string, content: string | Buffer): string {
  return createHash(algorithm).update(content).digest("hex");
}

async function uploaded(key: string, content: string | Buffer) {
  const { object } = (await platform.upload(key, content)).detail;
  return { bucket: UPLOADS, key, etag: object.etag, size: object.size, sequencer: object.sequencer };
}

async function uploadedInParts(key: string, content: Buffer) {
  const upload = new Upload({
    client: platform.clients.s3,
    params: { Bucket: UPLOADS, Key: key, Body: content },
    partSize: 8 * 2 ** 20,
  });
  const etag = (await upload.done()).ETag?.replaceAll('"', "") ?? "";
  return { bucket: UPLOADS, key, etag, size: content.length, sequencer: "0" };
}

/** Bytes of which none may come twice, or in another order, unnoticed. */
function numbered(bytes: number): Buffer {
  const content = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4096) content.writeUInt32BE(at, at);
  return content;
}

function stage(object: Parameters<typeof stageObject>[1]) {
  return stageObject(platform.clients.s3, object, join(folder, String(file++)));
}

test("how much of a large object has come is told, to its end", async () => {
  const object = await uploaded("slow.bin", Buffer.alloc(3_000_000, "x"));
  const shares: number[] = [];
  await stageObject(platform.clients.s3, object, join(folder, String(file++)), (share) => shares.push(share));
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["a little", Buffer.from("a,b\n1,2\n")],
  ["several chunks", Buffer.alloc(3_000_000, "0123456789")],
])("an object of %s arrives whole, with its SHA-256", async (name, content) => {
  const staged = await stage(await uploaded(`sizes/${name} ü+%20.csv`, content));
  expect(staged.sha256).toBe(hex("sha256", content));
  expect(await readFile(staged.path)).toEqual(content);
});

test("a large object arrives in ranges, in order", async () => {
  const content = numbered(70 * 2 ** 20);
  const object = await uploadedInParts("large.bin", content);
  expect(object.etag).toMatch(/-9$/); // Of nine parts, and so no MD5.
  const staged = await stage(object);
  expect(staged.sha256).toBe(hex("sha256", content));
  expect(hex("sha256", await readFile(staged.path))).toBe(staged.sha256);
}, 60_000);

describe("where connections break in the middle of an answer", () => {
  test.each([
    ["an object that is read as one", 3_000_000, 1_000_000, 3],
    ["an object that is read in ranges", 70 * 2 ** 20, 20 * 2 ** 20, 4],
  ])(
    "%s arrives whole all the same",
    async (name, bytes, cutAfter, connections) => {
      const content = numbered(bytes);
      const object = await uploadedInParts(`${name}.bin`, content);
      await using proxy = await CuttingProxy.start(platform.environment.AWS_ENDPOINT_URL ?? "", cutAfter);
      const s3 = new S3Client({ endpoint: proxy.endpoint, forcePathStyle: true });
      const staged = await stageObject(s3, object, join(folder, String(file++)));
      s3.destroy();
      expect(hex("sha256", await readFile(staged.path))).toBe(hex("sha256", content));
      expect(staged.sha256).toBe(hex("sha256", content));
      expect(proxy.connections).toBeGreaterThanOrEqual(connections);
    },
    60_000,
  );

  test("an answer that never gets anywhere is given up with what broke it", async () => {
    const object = await uploaded("stuck.bin", Buffer.alloc(3_000_000));
    await using proxy = await CuttingProxy.start(platform.environment.AWS_ENDPOINT_URL ?? "", "head");
    const s3 = new S3Client({ endpoint: proxy.endpoint, forcePathStyle: true });
    await expect(stageObject(s3, object, join(folder, String(file++)))).rejects.toThrow();
    s3.destroy();
    expect(proxy.connections).toBe(5);
  });
});

test("an object that was overwritten since its event is not taken for the one that was meant", async () => {
  const object = await uploaded("changing.csv", "first\n");
  await platform.clients.s3.send(
    new PutObjectCommand({ Bucket: UPLOADS, Key: "changing.csv", Body: "other\n" }),
  );
  await expect(stage(object)).rejects.toMatchObject({
    failureCause: "object-changed",
    retriable: true,
    message: expect.stringContaining("changing.csv was overwritten"),
  });
});

test("a size other than the event's is noticed", async () => {
  const object = await uploaded("short.csv", "1234");
  await expect(stage({ ...object, size: 5 })).rejects.toMatchObject({ failureCause: "object-changed" });
  await expect(stage({ ...object, size: 3 })).rejects.toMatchObject({ failureCause: "object-changed" });
});

test("an object that is not there is gone for good", async () => {
  const object = { ...(await uploaded("other.csv", "x")), key: "never.csv" };
  await expect(stage(object)).rejects.toMatchObject({ failureCause: "object-gone", retriable: false });
});
