import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { uploadArtifacts } from "../../../containers/kit/artifacts.ts";
import { resultDocument } from "../../../events/result.ts";
import { bands } from "../support/files/images.ts";
import { RESULTS, TestPlatform } from "../support/platform.ts";

let platform: TestPlatform;
let folder: string;
beforeAll(async () => {
  platform = await TestPlatform.start();
  folder = await mkdtemp(join(tmpdir(), "longshore-test-"));
});
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const RESULT = { bucket: RESULTS, key: "images/job/2/result.json" };

test("artifacts lie beside the result document, with their types", async () => {
  await writeFile(join(folder, "thumbnail.webp"), "bytes");
  const uploaded = await uploadArtifacts(platform.clients.s3, RESULT, folder, [
    { name: "thumbnail.webp", contentType: "image/webp" },
  ]);
  const key = "images/job/2/thumbnail.webp";
  expect(uploaded).toEqual([{ name: "thumbnail.webp", key, contentType: "image/webp", size: 5 }]);
  const { Body, ContentType } = await platform.clients.s3.send(
    new GetObjectCommand({ Bucket: RESULTS, Key: key }),
  );
  expect([ContentType, await Body?.transformToString()]).toEqual(["image/webp", "bytes"]);
});

test.each(["../secret", "/etc/passwd", "a/b", "..", "", "UPPER", "link", "missing"])(
  "the name %j is refused: an analysis gives away nothing but files of its own",
  async (name) => {
    await symlink("/etc/passwd", join(folder, "link")).catch(() => {});
    const upload = uploadArtifacts(platform.clients.s3, RESULT, folder, [
      { name, contentType: "text/plain" },
    ]);
    await expect(upload).rejects.toMatchObject({ failureCause: "container-error" });
  },
);

test("a worker's thumbnails are in the results bucket, and named in the document", async () => {
  const worker = platform.run("worker");
  const event = await platform.upload("picture.png", await bands().png().toBuffer());
  const job = await platform.jobIs(await platform.enqueue(event, "generic"), "succeeded", "failed");
  expect(job.status, worker.output).toBe("succeeded");
  const { artifacts = [], facts } = resultDocument.parse(await platform.result(job));
  expect(facts).toEqual({ type: "PNG image", width: 300, height: 200 });
  expect(artifacts.map(({ name }) => name)).toEqual(["thumbnail-large.webp", "thumbnail-small.webp"]);
  for (const { key, size, contentType } of artifacts) {
    const found = await platform.clients.s3.send(new GetObjectCommand({ Bucket: RESULTS, Key: key }));
    expect([found.ContentLength, found.ContentType]).toEqual([size, contentType]);
    expect(key).toBe(job.result?.key.replace("result.json", key.slice(key.lastIndexOf("/") + 1)));
  }
  worker.child.kill("SIGTERM");
  expect(await worker.exit).toBe(0);
});
