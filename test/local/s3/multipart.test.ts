import { createHash, randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDigest } from "../../../local/s3/checksums.ts";
import { type S3Server, startS3 } from "./s3-server.ts";

const Bucket = "multipart";
const MIB = 1024 * 1024;
const first = randomBytes(5 * MIB);
const second = randomBytes(5 * MIB + 17);
const last = randomBytes(1000);
let s3: S3Server;

beforeAll(async () => {
  s3 = await startS3();
  s3.service.createBucket(Bucket, { eventBridge: true });
});
afterAll(async () => await s3[Symbol.asyncDispose]());

const md5 = (...bodies: Buffer[]) => createHash("md5").update(Buffer.concat(bodies)).digest();
const bytes = async (Key: string, more: object = {}) => {
  const got = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
};

async function start(Key: string, more: object = {}) {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const part = async (PartNumber: number, Body: Buffer, algorithm: object = {}): Promise<CompletedPart> => {
    const sent = await s3.client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...algorithm }),
    );
    const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = sent;
    return {
      PartNumber,
      ETag,
      ChecksumCRC32,
      ChecksumCRC32C,
      ChecksumCRC64NVME,
      ChecksumSHA1,
      ChecksumSHA256,
    };
  };
  const complete = (Parts: CompletedPart[], options: object = {}) =>
    s3.client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...options }),
    );
  return { UploadId, part, complete };
}

test("parts make one object with S3's ETag, readable across their borders and by part", async () => {
  const upload = await start("whole", { Metadata: { a: "b" } });
  const parts = [await upload.part(1, first), await upload.part(2, second), await upload.part(7, last)];
  const done = await upload.complete(parts);
  const etag = `"${md5(md5(first), md5(second), md5(last)).toString("hex")}-3"`;
  expect(done.ETag).toBe(etag);

  const all = Buffer.concat([first, second, last]);
  expect((await bytes("whole")).equals(all)).toBe(true);
  const from = 5 * MIB - 10;
  const across = await bytes("whole", { Range: `bytes=${from}-${all.length - 5}` });
  expect(across.equals(all.subarray(from, all.length - 4))).toBe(true);
  expect((await bytes("whole", { PartNumber: 2 })).equals(second)).toBe(true);
  const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: "whole", PartNumber: 1 }));
  expect(head).toMatchObject({ PartsCount: 3, ContentLength: 5 * MIB, Metadata: { a: "b" } });
  expect(s3.events.at(-1)?.detail).toMatchObject({
    reason: "CompleteMultipartUpload",
    object: { key: "whole", size: all.length, etag: etag.replaceAll('"', "") },
  });

  // A client that lost the answer asks again.
  expect((await upload.complete(parts)).ETag).toBe(etag);
});

test("lists and rules: order, size of parts, ETags, unknown uploads", async () => {
  const upload = await start("rules");
  const small = await upload.part(1, last);
  const replaced = await upload.part(2, first);
  const two = await upload.part(2, second);
  const listed = await s3.client.send(
    new ListPartsCommand({ Bucket, Key: "rules", UploadId: upload.UploadId, MaxParts: 1 }),
  );
  expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "1", Parts: [{ Size: 1000 }] });
  const uploads = await s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "rules" }));
  expect(uploads.Uploads?.map((entry) => entry.UploadId)).toEqual([upload.UploadId]);

  await expect(upload.complete([two, small])).rejects.toMatchObject({ name: "InvalidPartOrder" });
  await expect(upload.complete([small, two])).rejects.toMatchObject({ name: "EntityTooSmall" });
  await expect(upload.complete([replaced])).rejects.toMatchObject({ name: "InvalidPart" });
  await expect(upload.complete([{ ...two, PartNumber: 3 }])).rejects.toMatchObject({ name: "InvalidPart" });
  await expect(upload.part(10_001, last)).rejects.toMatchObject({ name: "InvalidArgument" });
  await upload.complete([two]);

  const other = await start("rules");
  await other.part(1, second);
  const before = s3.dataFiles().length;
  await s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key: "rules", UploadId: other.UploadId }));
  await expect.poll(() => s3.dataFiles().length).toBe(before - 1);
  await expect(other.part(2, last)).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)(
  "a full-object %s joins its parts' checksums",
  async (algorithm) => {
    const upload = await start(`full-${algorithm}`, {
      ChecksumAlgorithm: algorithm,
      ChecksumType: "FULL_OBJECT",
    });
    const digest = createDigest(algorithm);
    const parts: CompletedPart[] = [];
    for (const [index, body] of [first, second, last].entries()) {
      // The SDK cannot compute CRC64NVME without a further package, so the value is given.
      const own = createDigest(algorithm);
      own.update(body);
      parts.push(
        await upload.part(index + 1, body, { [`Checksum${algorithm}`]: own.digest().toString("base64") }),
      );
      digest.update(body);
    }
    const value = digest.digest().toString("base64");
    const wrong = {
      [`Checksum${algorithm}`]: Buffer.alloc(algorithm === "CRC64NVME" ? 8 : 4).toString("base64"),
    };
    await expect(upload.complete(parts, wrong)).rejects.toMatchObject({ name: "BadDigest" });
    const done = await upload.complete(parts, {
      [`Checksum${algorithm}`]: value,
      ChecksumType: "FULL_OBJECT",
    });
    expect(done).toMatchObject({ [`Checksum${algorithm}`]: value, ChecksumType: "FULL_OBJECT" });
  },
);

test("a composite checksum is one of the parts' checksums", async () => {
  const upload = await start("composite", { ChecksumAlgorithm: "SHA256" });
  const algorithm = { ChecksumAlgorithm: "SHA256" };
  const parts = [await upload.part(1, first, algorithm), await upload.part(2, last, algorithm)];
  const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
  await expect(upload.complete(bare)).rejects.toMatchObject({ name: "InvalidRequest" });
  await upload.complete(parts);
  const sha256 = (body: Buffer) => createHash("sha256").update(body).digest();
  const value = `${sha256(Buffer.concat([sha256(first), sha256(last)])).toString("base64")}-2`;
  const got = await s3.client.send(
    new GetObjectAttributesCommand({
      Bucket,
      Key: "composite",
      ObjectAttributes: ["Checksum", "ObjectParts"],
    }),
  );
  expect(got.Checksum).toMatchObject({ ChecksumSHA256: value, ChecksumType: "COMPOSITE" });
  expect(got.ObjectParts).toMatchObject({
    TotalPartsCount: 2,
    Parts: [
      { PartNumber: 1, Size: 5 * MIB, ChecksumSHA256: sha256(first).toString("base64") },
      { PartNumber: 2, Size: 1000, ChecksumSHA256: sha256(last).toString("base64") },
    ],
  });
});

test("parts may be copied from an object, whole or by range", async () => {
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "copied/source", Body: second }));
  const upload = await start("copied/target", { ChecksumAlgorithm: "CRC32C" });
  const copy = async (PartNumber: number, CopySourceRange?: string): Promise<CompletedPart> => {
    const { CopyPartResult } = await s3.client.send(
      new UploadPartCopyCommand({
        Bucket,
        Key: "copied/target",
        UploadId: upload.UploadId,
        PartNumber,
        CopySource: `${Bucket}/copied/source`,
        CopySourceRange,
      }),
    );
    return { PartNumber, ETag: CopyPartResult?.ETag, ChecksumCRC32C: CopyPartResult?.ChecksumCRC32C };
  };
  await expect(copy(1, "bytes=0-99999999")).rejects.toMatchObject({ name: "InvalidArgument" });
  await upload.complete([await copy(1), await copy(2, "bytes=5-104")]);
  const expected = Buffer.concat([second, second.subarray(5, 105)]);
  expect((await bytes("copied/target")).equals(expected)).toBe(true);
});

test("If-None-Match: * holds on completion", async () => {
  const one = await start("raced");
  const two = await start("raced");
  const parts = [await one.part(1, last)];
  const others = [await two.part(1, last)];
  await one.complete(parts, { IfNoneMatch: "*" });
  await expect(two.complete(others, { IfNoneMatch: "*" })).rejects.toMatchObject({
    name: "PreconditionFailed",
  });
});

test("lib-storage uploads a stream", async () => {
  const Body = (async function* () {
    for (let index = 0; index < 12; index++) yield first.subarray(0, MIB);
  })();
  const { Readable } = await import("node:stream");
  const upload = new Upload({
    client: s3.client,
    params: { Bucket, Key: "stream", Body: Readable.from(Body) },
  });
  await upload.done();
  expect((await bytes("stream")).length).toBe(12 * MIB);
});
