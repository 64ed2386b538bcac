import { request } from "node:http";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startS3 } from "./s3-server.ts";

const Bucket = "conflict";

test("a conditional write under way loses to a deletion with 409, an unconditional one does not", async () => {
  await using s3 = await startS3();
  s3.service.createBucket(Bucket);
  for (const [headers, expected] of [
    [{ "if-none-match": "*" }, 409],
    [{}, 200],
  ] as const) {
    const upload = request({
      host: "127.0.0.1",
      port: s3.port,
      method: "PUT",
      path: `/${Bucket}/k`,
      headers: { ...headers, "content-length": 2_000_000 },
    });
    const status = new Promise((resolve, reject) => {
      upload.on("error", reject);
      upload.on("response", (response) => resolve(response.resume().statusCode));
    });
    upload.write(Buffer.alloc(1_000_000));
    // The draft file shows that the upload has begun.
    await expect.poll(() => s3.dataFiles()).toHaveLength(1);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "in between" }));
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    upload.end(Buffer.alloc(1_000_000));
    expect(await status).toBe(expected);
  }
});

test("a download that the client gives up releases its file", async () => {
  await using s3 = await startS3();
  s3.service.createBucket(Bucket);
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: Buffer.alloc(30_000_000) }));
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
  if (Body && "destroy" in Body) Body.destroy();
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await expect.poll(() => s3.dataFiles()).toEqual([]);
});
