import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf, raw, type S3Server, startS3 } from "./s3-server.ts";

const Bucket = "listing";
const KEYS = ["a", "a/1", "a/2", "a/b/3", "b", "b/1", "c d+e", "z/\u{1f6a2}", "z/\uffee", "ä"];
let s3: S3Server;

beforeAll(async () => {
  s3 = await startS3();
  s3.service.createBucket(Bucket);
  for (const Key of KEYS) await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
});
afterAll(async () => await s3[Symbol.asyncDispose]());

/** Every page of a listing, put together: keys, and prefixes with an arrow. */
async function listAll(input: Omit<ListObjectsV2CommandInput, "Bucket">): Promise<string[]> {
  const found: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.client.send(new ListObjectsV2Command({ Bucket, ...input, ContinuationToken }));
    expect(page.KeyCount).toBeLessThanOrEqual(input.MaxKeys ?? 1000);
    found.push(...(page.Contents ?? []).map((entry) => String(entry.Key)));
    found.push(...(page.CommonPrefixes ?? []).map((entry) => `> ${entry.Prefix}`));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return found;
}

test("keys come in the order of their UTF-8 bytes, whatever the page size", async () => {
  const sorted = [...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const MaxKeys of [1, 2, 3, 7, 1000]) expect(await listAll({ MaxKeys })).toEqual(sorted);
});

test("a delimiter rolls keys up, each prefix once, whatever the page size", async () => {
  for (const MaxKeys of [1, 2, 3, 1000]) {
    expect((await listAll({ Delimiter: "/", MaxKeys })).sort()).toEqual(
      ["a", "b", "c d+e", "ä", "> a/", "> b/", "> z/"].sort(),
    );
    expect((await listAll({ Delimiter: "/", Prefix: "a/", MaxKeys })).sort()).toEqual(
      ["a/1", "a/2", "> a/b/"].sort(),
    );
  }
});

test("start-after, prefix and zero keys", async () => {
  expect(await listAll({ StartAfter: "b" })).toEqual(["b/1", "c d+e", "z/\uffee", "z/\u{1f6a2}", "ä"]);
  expect(await listAll({ Prefix: "b" })).toEqual(["b", "b/1"]);
  expect(await listAll({ MaxKeys: 0 })).toEqual([]);
});

test("version 1 goes on by marker, and names the next one with a delimiter", async () => {
  const first = await s3.client.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: "a/" });
  const second = await s3.client.send(
    new ListObjectsCommand({ Bucket, Delimiter: "/", Marker: first.NextMarker, MaxKeys: 2 }),
  );
  expect(second.Contents?.map((entry) => entry.Key)).toEqual(["b"]);
  expect(second.CommonPrefixes).toEqual([{ Prefix: "b/" }]);
});

test("encoding-type=url encodes, fetch-owner shows the owner", async () => {
  const encoded = await raw(
    s3.port,
    "GET",
    `/${Bucket}?list-type=2&prefix=c&encoding-type=url&fetch-owner=true`,
  );
  expect(encoded.body).toContain("<Key>c+d%2Be</Key>");
  expect(encoded.body).toMatch(/<Owner><ID>[0-9a-f]{64}<\/ID><\/Owner>/);
});

test("wrong parameters are InvalidArgument", async () => {
  for (const query of [
    "max-keys=-1",
    "max-keys=x",
    "list-type=3",
    "list-type=2&continuation-token=zzz",
    "encoding-type=xml",
  ]) {
    expect(codeOf(await raw(s3.port, "GET", `/${Bucket}?${query}`))).toBe("InvalidArgument");
  }
});
