import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { codeOf, raw, startS3 } from "./s3-server.ts";

const Bucket = "durable";

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "longshore-s3-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test("objects survive a restart, sequencers go on rising, leftovers are swept", async () => {
  const directory = temporaryDirectory();
  const sequencers: string[] = [];
  for (const run of [1, 2, 3]) {
    await using s3 = await startS3({ directory });
    s3.service.createBucket(Bucket, { eventBridge: true });
    if (run > 1) {
      expect(s3.dataFiles()).toHaveLength(1);
      const got = await s3.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
      expect((await got.Body?.transformToByteArray())?.length).toBe(100_000 + run - 1);
    }
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: Buffer.alloc(100_000 + run) }));
    sequencers.push(String(s3.events[0]?.detail.object.sequencer));
    await expect.poll(() => s3.dataFiles()).toHaveLength(1);
    // What a killed run leaves: a file half-way, and one that was never committed.
    writeFileSync(join(directory, "objects", "half.tmp"), "x");
    writeFileSync(join(directory, "objects", "uncommitted"), "x");
  }
  expect([...sequencers].sort()).toEqual(sequencers);
  expect(new Set(sequencers).size).toBe(3);
});

test("an event that cannot be recorded undoes the change that caused it", async () => {
  await using s3 = await startS3();
  s3.service.createBucket(Bucket, { eventBridge: true });
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "before" }));
  s3.failNextEvent();
  expect((await raw(s3.port, "PUT", `/${Bucket}/k`, {}, Buffer.alloc(200_000))).status).toBe(500);
  expect((await raw(s3.port, "GET", `/${Bucket}/k`)).body).toBe("before");
  await expect.poll(() => s3.dataFiles()).toEqual([]);
  expect(s3.events).toHaveLength(1);
});

test("an object that is deleted while it is read is read to its end, then its file goes", async () => {
  await using s3 = await startS3();
  s3.service.createBucket(Bucket);
  const size = 40_000_000;
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: Buffer.alloc(size, 1) }));
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: "k" }));
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  expect((await Body?.transformToByteArray())?.length).toBe(size);
  await expect.poll(() => s3.dataFiles()).toEqual([]);
});

test("the events of a bucket carry what EventBridge's patterns look at", async () => {
  await using s3 = await startS3();
  s3.service.createBucket(Bucket, { eventBridge: true });
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "in/a b+c.csv", Body: "hello" }));
  expect(s3.events).toEqual([
    {
      detailType: "Object Created",
      time: expect.any(Number),
      region: "us-east-1",
      account: "000000000000",
      resources: ["arn:aws:s3:::durable"],
      detail: {
        version: "0",
        bucket: { name: Bucket },
        object: {
          key: "in/a b+c.csv",
          size: 5,
          etag: "5d41402abc4b2a76b9719d911017c592",
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
        "request-id": expect.any(String),
        requester: "000000000000",
        "source-ip-address": "127.0.0.1",
        reason: "PutObject",
      },
    },
  ]);
});

/** Mounts a file system of 2 MB, where this machine lets the test do so. */
function smallDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "longshore-s3-full-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", directory], { stdio: "ignore" });
    return directory;
  } catch {
    rmSync(directory, { recursive: true });
    return undefined;
  }
}

test("a full disk is said, and leaves the earlier object whole", async ({ skip }) => {
  const s3Directory = smallDisk();
  if (s3Directory === undefined) return skip("this user cannot mount a file system");
  onTestFinished(() => {
    execFileSync("umount", [s3Directory]);
    rmSync(s3Directory, { recursive: true });
  });
  await using s3 = await startS3({ s3Directory });
  s3.service.createBucket(Bucket, { eventBridge: true });
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "k", Body: Buffer.alloc(100_000, "a") }));
  const before = s3.dataFiles();
  const full = await raw(s3.port, "PUT", `/${Bucket}/k`, {}, Buffer.alloc(8_000_000));
  expect([full.status, codeOf(full)]).toEqual([507, "InsufficientStorage"]);
  expect(full.body).toContain("ENOSPC");
  expect(s3.dataFiles()).toEqual(before);
  expect((await raw(s3.port, "GET", `/${Bucket}/k`)).body).toBe("a".repeat(100_000));
  expect(s3.events).toHaveLength(1);
});
