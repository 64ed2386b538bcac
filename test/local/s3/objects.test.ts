import { createHash, randomBytes } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, raw, type S3Server, startS3 } from "./s3-server.ts";

let s3: S3Server;
const Bucket = "objects";

beforeAll(async () => {
  s3 = await startS3();
  s3.service.createBucket(Bucket);
});
afterAll(async () => await s3[Symbol.asyncDispose]());

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more: object = {}) =>
  (await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();

describe("an object", () => {
  test("comes back as it was put, with its headers, metadata, tags count and checksums", async () => {
    const body = randomBytes(200_000);
    const stored = await put("report.csv", body, {
      ContentType: "text/csv",
      CacheControl: "no-store",
      ContentDisposition: "attachment",
      Metadata: { origin: "unit" },
      Tagging: "a=1&b=two",
      ChecksumAlgorithm: "SHA256",
    });
    expect(stored.ETag).toBe(`"${createHash("md5").update(body).digest("hex")}"`);

    const got = await s3.client.send(
      new GetObjectCommand({ Bucket, Key: "report.csv", ChecksumMode: "ENABLED" }),
    );
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(body);
    expect(got).toMatchObject({
      ContentType: "text/csv",
      CacheControl: "no-store",
      ContentDisposition: "attachment",
      ContentLength: 200_000,
      Metadata: { origin: "unit" },
      TagCount: 2,
      ServerSideEncryption: "AES256",
      ChecksumType: "FULL_OBJECT",
      ChecksumSHA256: createHash("sha256").update(body).digest("base64"),
    });
  });

  test.each([
    "with space",
    "a+b",
    "100%25",
    "ünïcödé/日本語/🚢",
    "../../etc/passwd",
    "a//b",
    "/leading",
    "trailing/",
    "quote'\"<&>",
    "é".repeat(512),
  ])("may have the key %j", async (key) => {
    await put(key, "x");
    expect(await text(key)).toBe("x");
    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: key }));
    expect(listed.Contents?.map((entry) => entry.Key)).toContain(key);
  });

  test("may not have a key of more than 1,024 bytes", async () => {
    await expect(put(`${"é".repeat(512)}x`, "x")).rejects.toMatchObject({ name: "KeyTooLongError" });
  });

  test("may be empty", async () => {
    await put("empty", "");
    const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: "empty" }));
    expect(await got.Body?.transformToString()).toBe("");
    expect(got.ContentLength).toBe(0);
    await expect(text("empty", { Range: "bytes=0-" })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  test("is read by range, from either end", async () => {
    const body = randomBytes(3_000_000);
    await put("range", body);
    const slice = async (Range: string) => {
      const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: "range", Range }));
      return [got.ContentRange, Buffer.from((await got.Body?.transformToByteArray()) ?? [])];
    };
    expect(await slice("bytes=10-19")).toEqual(["bytes 10-19/3000000", body.subarray(10, 20)]);
    expect(await slice("bytes=2999990-")).toEqual(["bytes 2999990-2999999/3000000", body.subarray(-10)]);
    expect(await slice("bytes=-5")).toEqual(["bytes 2999995-2999999/3000000", body.subarray(-5)]);
    await expect(slice("bytes=3000000-")).rejects.toMatchObject({ name: "InvalidRange" });
  });

  test("answers with the headers that the reader asks for", async () => {
    await put("override", "x", { ContentType: "text/plain" });
    const got = await s3.client.send(
      new GetObjectCommand({ Bucket, Key: "override", ResponseContentType: "text/html" }),
    );
    expect(got.ContentType).toBe("text/html");
  });

  test("that does not exist is NoSuchKey, in no bucket NoSuchBucket, and 404 without a body for HEAD", async () => {
    await expect(text("missing")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(text("missing", { Bucket: "no-such-bucket" })).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
    const head = await raw(s3.port, "HEAD", `/${Bucket}/missing`);
    expect([head.status, head.body]).toEqual([404, ""]);
  });

  test("takes at most 2 KB of user metadata", async () => {
    await expect(put("meta", "x", { Metadata: { a: "x".repeat(2048) } })).rejects.toMatchObject({
      name: "MetadataTooLarge",
    });
  });

  test("is reached by virtual host too", async () => {
    await put("hosted/x", "hello");
    for (const host of [
      `${Bucket}.localhost`,
      `${Bucket}.s3.localhost`,
      `${Bucket}.s3.us-east-1.amazonaws.com`,
    ]) {
      expect((await raw(s3.port, "GET", "/hosted/x", { host })).body).toBe("hello");
    }
  });

  test("says its attributes", async () => {
    await put("attributes", "hello", { ChecksumAlgorithm: "SHA1" });
    const got = await s3.client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: "attributes",
        ObjectAttributes: ["ETag", "ObjectSize", "Checksum", "StorageClass"],
      }),
    );
    expect(got).toMatchObject({
      ETag: createHash("md5").update("hello").digest("hex"),
      ObjectSize: 5,
      StorageClass: "STANDARD",
      Checksum: { ChecksumSHA1: createHash("sha1").update("hello").digest("base64") },
    });
  });

  test("carries tags that can be changed, within S3's limits", async () => {
    await put("tagged", "x");
    const tag = (TagSet: { Key: string; Value: string }[]) =>
      s3.client.send(new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet } }));
    await tag([{ Key: "team", Value: "blue" }]);
    const got = await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }));
    expect(got.TagSet).toEqual([{ Key: "team", Value: "blue" }]);
    const eleven = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
    await expect(tag(eleven)).rejects.toMatchObject({ name: "BadRequest" });
    await expect(tag([{ Key: "x".repeat(129), Value: "" }])).rejects.toMatchObject({ name: "InvalidTag" });
  });
});

describe("conditions", () => {
  test("If-None-Match: * lets only the first of many writers through", async () => {
    const writers = Array.from({ length: 8 }, (_, index) =>
      put("once", `writer ${index}`, { IfNoneMatch: "*" }),
    );
    const results = await Promise.allSettled(writers);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ name: "PreconditionFailed" });
    }
  });

  test("If-Match on a write wants the current ETag: 412 for another, 404 for no object", async () => {
    const { ETag } = await put("match", "one");
    await put("match", "two", { IfMatch: ETag });
    await expect(put("match", "three", { IfMatch: ETag })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(put("match-missing", "x", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await text("match")).toBe("two");
  });

  test("on reads: 412, 304, and an ETag overrules its date", async () => {
    const { ETag } = await put("read", "x");
    const past = new Date(Date.now() - 3_600_000);
    const future = new Date(Date.now() + 3_600_000);
    await expect(text("read", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(text("read", { IfUnmodifiedSince: past })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    expect(await text("read", { IfMatch: ETag, IfUnmodifiedSince: past })).toBe("x");
    const cached = await raw(s3.port, "GET", `/${Bucket}/read`, { "if-none-match": String(ETag) });
    expect([cached.status, cached.headers.etag]).toEqual([304, ETag]);
    const since = await raw(s3.port, "GET", `/${Bucket}/read`, { "if-modified-since": future.toUTCString() });
    expect(since.status).toBe(304);
    expect(await text("read", { IfNoneMatch: '"other"', IfModifiedSince: future })).toBe("x");
  });

  test("a delete with If-Match spares an object that has changed", async () => {
    await put("spared", "x");
    const remove = (IfMatch: string) =>
      s3.client.send(new DeleteObjectCommand({ Bucket, Key: "spared", IfMatch }));
    await expect(remove('"other"')).rejects.toMatchObject({ name: "PreconditionFailed" });
    await remove("*");
    await expect(text("spared")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("integrity", () => {
  test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "%s is verified",
    async (algorithm) => {
      const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
      const bytes = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 }[algorithm];
      const wrong = Buffer.alloc(bytes, 7).toString("base64");
      const bad = await raw(s3.port, "PUT", `/${Bucket}/checked`, { [name]: wrong }, "123456789");
      expect([bad.status, codeOf(bad)]).toEqual([400, "BadDigest"]);
      // Check values of the CRC catalogue and of the hash functions, for the text 123456789.
      const right = {
        CRC32: Buffer.from("cbf43926", "hex"),
        CRC32C: Buffer.from("e3069283", "hex"),
        CRC64NVME: Buffer.from("ae8b14860a799888", "hex"),
        SHA1: createHash("sha1").update("123456789").digest(),
        SHA256: createHash("sha256").update("123456789").digest(),
      }[algorithm].toString("base64");
      const good = await raw(s3.port, "PUT", `/${Bucket}/checked`, { [name]: right }, "123456789");
      expect([good.status, good.headers[name]]).toEqual([200, right]);
    },
  );

  test("Content-MD5 and the signed payload hash are verified, and nothing is stored when they are wrong", async () => {
    const md5 = createHash("md5").update("other").digest("base64");
    const bad = await raw(s3.port, "PUT", `/${Bucket}/md5`, { "content-md5": md5 }, "body");
    expect(codeOf(bad)).toBe("BadDigest");
    expect(codeOf(await raw(s3.port, "PUT", `/${Bucket}/md5`, { "content-md5": "x" }, "body"))).toBe(
      "InvalidDigest",
    );
    const sha256 = { "x-amz-content-sha256": "0".repeat(64) };
    expect(codeOf(await raw(s3.port, "PUT", `/${Bucket}/md5`, sha256, "body"))).toBe(
      "XAmzContentSHA256Mismatch",
    );
    await expect(text("md5")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("a copy", () => {
  test("takes metadata and tags along, or replaces them", async () => {
    const body = randomBytes(300_000);
    const { ETag } = await put("copy/source", body, {
      Metadata: { a: "1" },
      Tagging: "t=1",
      ContentType: "text/x",
    });
    const CopySource = `${Bucket}/copy/source`;
    const copied = await s3.client.send(new CopyObjectCommand({ Bucket, Key: "copy/same", CopySource }));
    expect(copied.CopyObjectResult?.ETag).toBe(ETag);
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "copy/source" }));
    const same = await s3.client.send(new GetObjectCommand({ Bucket, Key: "copy/same" }));
    expect(Buffer.from((await same.Body?.transformToByteArray()) ?? [])).toEqual(body);
    expect(same).toMatchObject({ Metadata: { a: "1" }, ContentType: "text/x", TagCount: 1 });
    await s3.client.send(
      new CopyObjectCommand({
        Bucket,
        Key: "copy/new",
        CopySource: `${Bucket}/copy/same`,
        MetadataDirective: "REPLACE",
        Metadata: { b: "2" },
        TaggingDirective: "REPLACE",
      }),
    );
    const fresh = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "copy/new" }));
    expect(fresh.Metadata).toEqual({ b: "2" });
    expect(fresh.TagCount).toBeUndefined();
  });

  test("onto itself must change something, and conditions on the source hold", async () => {
    const { ETag } = await put("copy/self", "x");
    const copy = (more: object) =>
      s3.client.send(
        new CopyObjectCommand({ Bucket, Key: "copy/self", CopySource: `${Bucket}/copy/self`, ...more }),
      );
    await expect(copy({})).rejects.toMatchObject({ name: "InvalidRequest" });
    await copy({ MetadataDirective: "REPLACE", Metadata: { now: "changed" } });
    await expect(copy({ MetadataDirective: "REPLACE", CopySourceIfNoneMatch: ETag })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
  });
});

describe("deletion", () => {
  test("of many says what became of each, or only of failures", async () => {
    await put("many/1", "x");
    const Objects = [{ Key: "many/1" }, { Key: "many/missing" }];
    const loud = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(loud.Deleted?.map((entry) => entry.Key)).toEqual(["many/1", "many/missing"]);
    const Delete = { Objects: [{ Key: "many/1" }, { Key: "x".repeat(1025) }], Quiet: true };
    const quiet = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(quiet.Deleted).toBeUndefined();
    expect(quiet.Errors).toMatchObject([{ Code: "KeyTooLongError" }]);
  });

  test("of many needs a verified body", async () => {
    const body = "<Delete><Object><Key>a</Key></Object></Delete>";
    expect(codeOf(await raw(s3.port, "POST", `/${Bucket}?delete`, {}, body))).toBe("InvalidRequest");
    const md5 = createHash("md5").update("else").digest("base64");
    expect(codeOf(await raw(s3.port, "POST", `/${Bucket}?delete`, { "content-md5": md5 }, body))).toBe(
      "BadDigest",
    );
    const broken = "<Delete><Object>";
    const headers = { "content-md5": createHash("md5").update(broken).digest("base64") };
    expect(codeOf(await raw(s3.port, "POST", `/${Bucket}?delete`, headers, broken))).toBe("MalformedXML");
  });
});

describe("what is not played", () => {
  test.each([
    ["GET", `/${Bucket}?acl`, {}, "acl"],
    ["GET", `/${Bucket}?website`, {}, "website"],
    ["GET", `/${Bucket}/x?torrent`, {}, "torrent"],
    ["POST", `/${Bucket}/x?restore`, {}, "restore"],
    ["POST", `/${Bucket}/x?select&select-type=2`, {}, "select"],
    ["PUT", `/${Bucket}/x?retention`, {}, "retention"],
    ["PUT", `/${Bucket}/x`, { "x-amz-acl": "public-read" }, "public-read"],
    ["PUT", `/${Bucket}/x`, { "x-amz-grant-read": "id=1" }, "x-amz-grant-read"],
    ["PUT", `/${Bucket}/x`, { "x-amz-object-lock-mode": "GOVERNANCE" }, "x-amz-object-lock-mode"],
    ["PUT", `/${Bucket}/x`, { "x-amz-storage-class": "GLACIER" }, "GLACIER"],
    ["PUT", `/${Bucket}/x`, { "x-amz-website-redirect-location": "/" }, "x-amz-website-redirect-location"],
    [
      "PUT",
      `/${Bucket}/x`,
      { "x-amz-server-side-encryption-customer-algorithm": "AES256" },
      "customer-algorithm",
    ],
  ])("%s %s %j is refused by name", async (method, path, headers, named) => {
    const answer = await raw(s3.port, method, path, headers);
    expect([answer.status, codeOf(answer)]).toEqual([501, "NotImplemented"]);
    expect(answer.body).toContain(named);
  });
});
