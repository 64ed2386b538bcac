import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf, raw, type S3Server, startS3 } from "./s3-server.ts";

let s3: S3Server;
const Bucket = "buckets-test";

beforeAll(async () => {
  s3 = await startS3();
  s3.service.createBucket(Bucket, {
    encryption: { algorithm: "aws:kms", kmsKeyId: "arn:aws:kms:us-east-1:000000000000:key/k" },
    lifecycle: [{ ID: "old", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 30 } }],
  });
});
afterAll(async () => await s3[Symbol.asyncDispose]());

test("buckets are created, listed, found and deleted", async () => {
  const name = "made-by-api";
  await s3.client.send(new CreateBucketCommand({ Bucket: name }));
  const { Buckets } = await s3.client.send(new ListBucketsCommand({}));
  expect(Buckets?.map((bucket) => bucket.Name)).toEqual([Bucket, name]);
  await s3.client.send(new HeadBucketCommand({ Bucket: name }));
  expect(
    (await s3.client.send(new GetBucketLocationCommand({ Bucket: name }))).LocationConstraint,
  ).toBeUndefined();
  await s3.client.send(new PutObjectCommand({ Bucket: name, Key: "k", Body: "x" }));
  await expect(s3.client.send(new DeleteBucketCommand({ Bucket: name }))).rejects.toMatchObject({
    name: "BucketNotEmpty",
  });
  await s3.client.send(new DeleteObjectCommand({ Bucket: name, Key: "k" }));
  await s3.client.send(new DeleteBucketCommand({ Bucket: name }));
  expect((await raw(s3.port, "HEAD", `/${name}`)).status).toBe(404);
});

test.each([
  "ab",
  "Upper",
  "under_score",
  "a..b",
  "192.168.0.1",
  "-a-b",
  "xn--abc",
  "abc-s3alias",
  "x".repeat(64),
])("%s is no bucket name", async (name) => {
  expect(codeOf(await raw(s3.port, "PUT", `/${name}`))).toBe("InvalidBucketName");
  expect(() => s3.service.createBucket(name)).toThrow("not valid");
});

test("creation by the template may be repeated, keeps objects and takes new settings", async () => {
  s3.service.createBucket("repeated", { tags: [{ key: "a", value: "1" }] });
  await s3.client.send(new PutObjectCommand({ Bucket: "repeated", Key: "k", Body: "x" }));
  s3.service.createBucket("repeated", { eventBridge: true });
  expect(s3.service.bucketConfig("repeated")).toMatchObject({
    eventBridge: true,
    tags: [{ key: "a", value: "1" }],
  });
  expect((await raw(s3.port, "GET", "/repeated/k")).body).toBe("x");
});

test("settings of the template are shown", async () => {
  const encryption = await s3.client.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" },
  });
  const stored = await s3.client.send(new PutObjectCommand({ Bucket, Key: "kms", Body: "x" }));
  expect(stored).toMatchObject({
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: "arn:aws:kms:us-east-1:000000000000:key/k",
  });
  const lifecycle = await s3.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(lifecycle.Rules).toMatchObject([{ ID: "old", Status: "Enabled", Expiration: { Days: 30 } }]);
  const block = await s3.client.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect(block.PublicAccessBlockConfiguration).toMatchObject({
    BlockPublicAcls: true,
    RestrictPublicBuckets: true,
  });
  const ownership = await s3.client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
  expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
});

test("notifications go to EventBridge or are refused", async () => {
  const put = (NotificationConfiguration: object) =>
    s3.client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  const QueueConfigurations = [
    { QueueArn: "arn:aws:sqs:us-east-1:000000000000:q", Events: ["s3:ObjectCreated:*"] },
  ];
  await expect(put({ QueueConfigurations })).rejects.toMatchObject({ name: "NotImplemented" });
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "silent", Body: "x" }));
  expect(s3.events).toEqual([]);
  await put({ EventBridgeConfiguration: {} });
  const got = await s3.client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  expect(got.EventBridgeConfiguration).toEqual({});
  await s3.client.send(new PutObjectCommand({ Bucket, Key: "loud", Body: "x" }));
  expect(s3.events.map((event) => event.detail.object.key)).toEqual(["loud"]);
});

test("policy and tags are stored, and absent ones are errors of their own", async () => {
  await expect(s3.client.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
    name: "NoSuchBucketPolicy",
  });
  await expect(s3.client.send(new PutBucketPolicyCommand({ Bucket, Policy: "{" }))).rejects.toMatchObject({
    name: "MalformedPolicy",
  });
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  await s3.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  expect((await s3.client.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
  expect(s3.service.bucketConfig(Bucket)?.policy).toBe(Policy);

  await expect(s3.client.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
    name: "NoSuchTagSet",
  });
  const TagSet = [{ Key: "a", Value: "1" }];
  await s3.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect((await s3.client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
});

test("CORS rules answer preflights and mark actual answers", async () => {
  const preflight = (origin: string, method: string, headers = "") =>
    raw(s3.port, "OPTIONS", `/${Bucket}/k`, {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": headers,
    });
  expect((await preflight("http://a.example", "PUT")).status).toBe(403);
  const rule = {
    AllowedOrigins: ["http://*.example"],
    AllowedMethods: ["PUT", "GET"],
    AllowedHeaders: ["content-*"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 60,
  };
  await s3.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
  expect((await s3.client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual([rule]);
  const allowed = await preflight("http://a.example", "PUT", "Content-Type, content-md5");
  expect(allowed.status).toBe(200);
  expect(allowed.headers).toMatchObject({
    "access-control-allow-origin": "http://a.example",
    "access-control-allow-methods": "PUT, GET",
    "access-control-allow-headers": "content-type, content-md5",
    "access-control-expose-headers": "ETag",
    "access-control-max-age": "60",
  });
  expect(codeOf(await preflight("http://a.example", "DELETE"))).toBe("AccessForbidden");
  expect(codeOf(await preflight("http://a.other", "PUT"))).toBe("AccessForbidden");
  expect(codeOf(await preflight("http://a.example", "PUT", "x-other"))).toBe("AccessForbidden");
  const got = await raw(s3.port, "GET", `/${Bucket}/missing`, { origin: "http://a.example" });
  expect([got.status, got.headers["access-control-allow-origin"]]).toEqual([404, "http://a.example"]);
});
