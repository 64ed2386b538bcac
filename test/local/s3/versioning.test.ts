import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { raw, startS3 } from "./s3-server.ts";

const Bucket = "versions";

test("versions, delete markers and their removal play as on S3, with an event for each", async () => {
  await using s3 = await startS3();
  s3.service.createBucket(Bucket, { eventBridge: true });
  const send = s3.client.send.bind(s3.client);
  const put = (Body: string) => send(new PutObjectCommand({ Bucket, Key: "k", Body }));
  const get = async (VersionId?: string) =>
    (await send(new GetObjectCommand({ Bucket, Key: "k", VersionId }))).Body?.transformToString();

  expect((await put("zero")).VersionId).toBeUndefined();
  await send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const one = await put("one");
  const two = await put("two");
  expect(await get()).toBe("two");
  expect(await get(one.VersionId)).toBe("one");
  expect(await get("null")).toBe("zero");

  const marker = await send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  expect(marker.DeleteMarker).toBe(true);
  await expect(get()).rejects.toMatchObject({ name: "NoSuchKey" });
  const gone = await raw(s3.port, "GET", `/${Bucket}/k`);
  expect(gone.headers["x-amz-delete-marker"]).toBe("true");
  const byMarker = await raw(s3.port, "GET", `/${Bucket}/k?versionId=${marker.VersionId}`);
  expect([byMarker.status, byMarker.headers.allow]).toEqual([405, "DELETE"]);
  expect((await send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);

  const first = await send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2 }));
  const rest = await send(
    new ListObjectVersionsCommand({
      Bucket,
      KeyMarker: first.NextKeyMarker,
      VersionIdMarker: first.NextVersionIdMarker,
    }),
  );
  expect(first.DeleteMarkers?.map((entry) => entry.VersionId)).toEqual([marker.VersionId]);
  expect([...(first.Versions ?? []), ...(rest.Versions ?? [])].map((entry) => entry.VersionId)).toEqual([
    two.VersionId,
    one.VersionId,
    "null",
  ]);

  await send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: marker.VersionId }));
  expect(await get()).toBe("two");
  await send(new DeleteObjectCommand({ Bucket, Key: "k", VersionId: two.VersionId }));
  expect(await get()).toBe("one");
  await expect(get("never-was")).rejects.toMatchObject({ name: "NoSuchVersion" });

  await send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
  await put("suspended");
  expect(await get("null")).toBe("suspended");
  expect(await get(one.VersionId)).toBe("one");
  const head = await send(new HeadObjectCommand({ Bucket, Key: "k" }));
  expect(head.VersionId).toBe("null");

  expect(s3.events.map((event) => [event.detailType, event.detail["deletion-type"]])).toEqual([
    ["Object Created", undefined],
    ["Object Created", undefined],
    ["Object Created", undefined],
    ["Object Deleted", "Delete Marker Created"],
    ["Object Deleted", "Permanently Deleted"],
    ["Object Deleted", "Permanently Deleted"],
    ["Object Created", undefined],
  ]);
  expect(s3.events[0]?.detail.object).not.toHaveProperty("version-id");
  expect(s3.events[1]?.detail.object["version-id"]).toBe(one.VersionId);
});
