import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createChunkVerifier } from "../../../local/iam/chunk-signatures.ts";
import { identify } from "../../../local/iam/principal.ts";
import { createSessions, type Session } from "../../../local/iam/sessions.ts";
import { sha256 } from "../../../local/iam/sigv4.ts";
import type { Realm } from "../../../local/wire/realm.ts";
import { type SentRequest, startRecorder } from "./requests.ts";

const role = { arn: "arn:aws:iam::000000000000:role/worker", name: "worker", id: "AROA1" };
const MINUTE = 60_000;

describe("the caller of a request", () => {
  let recorder: Awaited<ReturnType<typeof startRecorder>>;
  let realm: Realm;
  beforeAll(async () => {
    recorder = await startRecorder();
    realm = { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: recorder.endpoint };
  });
  afterAll(() => recorder.stop());

  const clientOf = (session?: Session) => ({
    endpoint: recorder.endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    forcePathStyle: true,
    credentials: session
      ? {
          accessKeyId: session.accessKeyId,
          secretAccessKey: session.secretAccessKey,
          sessionToken: session.sessionToken,
        }
      : { accessKeyId: "test", secretAccessKey: "test" },
  });
  const sessions = () => createSessions(realm);
  const bodyOf = ({ body }: SentRequest) => body;

  const calls: [name: string, (session?: Session) => Promise<unknown>][] = [
    [
      "AWS JSON",
      (session) => new DynamoDBClient(clientOf(session)).send(new ListTablesCommand({ Limit: 3 })),
    ],
    [
      "the query protocol",
      (session) => new STSClient(clientOf(session)).send(new GetCallerIdentityCommand()),
    ],
    [
      "S3 with a key that needs encoding",
      (session) =>
        new S3Client(clientOf(session)).send(
          new PutObjectCommand({ Bucket: "uploads", Key: "a b+c%d/é (1)*!'~.csv", Body: "x,y" }),
        ),
    ],
    [
      "S3 with a query",
      (session) =>
        new S3Client(clientOf(session)).send(
          new ListObjectsV2Command({ Bucket: "uploads", Prefix: "a b+c/=&", Delimiter: "/" }),
        ),
    ],
  ];

  it.each(calls)("is the role whose session signed %s", async (_name, call) => {
    const store = sessions();
    const session = store.issue(role, "task-1");
    const sent = await recorder.record(() => call(session));
    const { caller } = identify(sent, store, realm, bodyOf(sent));
    expect(caller).toEqual({
      kind: "role",
      arn: "arn:aws:sts::000000000000:assumed-role/worker/task-1",
      roleArn: role.arn,
      accessKeyId: session.accessKeyId,
    });
  });

  it.each(calls)("is nobody when the signature of %s was made with another secret", async (_name, call) => {
    const store = sessions();
    const session = store.issue(role, "task-1");
    const sent = await recorder.record(() => call({ ...session, secretAccessKey: "guessed" }));
    expect(() => identify(sent, store, realm, bodyOf(sent))).toThrow(/does not match the signature/);
  });

  it("is the administrator for a key that no session owns", async () => {
    const sent = await recorder.record(() => new STSClient(clientOf()).send(new GetCallerIdentityCommand()));
    expect(identify(sent, sessions(), realm).caller).toEqual({
      kind: "admin",
      arn: "arn:aws:iam::000000000000:root",
    });
  });

  it("is anonymous without a signature", () => {
    expect(identify({ method: "GET", url: "/", headers: {} }, sessions(), realm).caller.kind).toBe(
      "anonymous",
    );
  });

  it("is the administrator for a URL presigned with version 2, but never with a session's key", () => {
    const own = sessions();
    const presigned = (key: string) => ({
      method: "GET",
      url: `/uploads/a.csv?AWSAccessKeyId=${key}&Signature=c2ln&Expires=4102444800`,
      headers: {},
    });
    expect(identify(presigned("AKIAEXAMPLE"), own, realm).caller.kind).toBe("admin");
    const { accessKeyId } = own.issue(role, "task");
    expect(() => identify(presigned(accessKeyId), own, realm)).toThrow(/AWS4-HMAC-SHA256/);
  });

  it("is not the administrator with a session's key of an earlier run", async () => {
    const before = sessions().issue(role, "task-1");
    const query = await recorder.record(() =>
      new STSClient(clientOf(before)).send(new GetCallerIdentityCommand()),
    );
    expect(() => identify(query, sessions(), realm)).toThrow(
      expect.objectContaining({ code: "InvalidClientTokenId" }),
    );
    const json = await recorder.record(() =>
      new DynamoDBClient(clientOf(before)).send(new ListTablesCommand()),
    );
    expect(() => identify(json, sessions(), realm)).toThrow(
      expect.objectContaining({ code: "UnrecognizedClientException" }),
    );
  });

  it("is nobody when anything that was signed is changed afterwards", async () => {
    const store = sessions();
    const session = store.issue(role, "task-1");
    const sent = await recorder.record(() =>
      new DynamoDBClient(clientOf(session)).send(new ListTablesCommand()),
    );
    const changed: SentRequest[] = [
      { ...sent, method: "PUT" },
      { ...sent, url: "/other" },
      { ...sent, headers: { ...sent.headers, "x-amz-target": "DynamoDB_20120810.DeleteTable" } },
      { ...sent, body: Buffer.from('{"TableName":"jobs"}') },
      { ...sent, headers: { ...sent.headers, "x-amz-security-token": "other" } },
    ];
    expect(identify(sent, store, realm, sent.body).caller.kind).toBe("role");
    for (const request of changed) expect(() => identify(request, store, realm, request.body)).toThrow();
  });

  it("expires with the session, and requests with their date", async () => {
    const store = sessions();
    const session = store.issue(role, "task-1", { durationSeconds: 900 });
    const sent = await recorder.record(() =>
      new STSClient(clientOf(session)).send(new GetCallerIdentityCommand()),
    );
    const at = (offset: number) => () => identify(sent, store, realm, sent.body, Date.now() + offset);
    expect(at(4 * MINUTE)().caller.kind).toBe("role");
    expect(at(6 * MINUTE)).toThrow(
      expect.objectContaining({
        code: "SignatureDoesNotMatch",
        message: expect.stringMatching(
          /^Signature expired: \d{8}T\d{6}Z is now earlier than .+ - 5 min\.\)$/,
        ),
      }),
    );
    const expired = { ...session, expiresAt: Date.now() - 1 };
    const withExpired = { ...store, find: () => expired };
    expect(() => identify(sent, withExpired, realm)).toThrow(
      expect.objectContaining({ code: "ExpiredToken" }),
    );
  });

  it("holds for a presigned URL until it expires", async () => {
    const store = sessions();
    const session = store.issue(role, "task-1");
    const url = await getSignedUrl(
      new S3Client(clientOf(session)),
      new GetObjectCommand({ Bucket: "uploads", Key: "a b.csv", ResponseContentType: "text/csv" }),
      { expiresIn: 600 },
    );
    const request = {
      method: "GET",
      url: url.slice(recorder.endpoint.length),
      headers: { host: new URL(url).host },
    };
    expect(identify(request, store, realm).caller.arn).toBe(session.arn);
    const later = Date.now() + 11 * MINUTE;
    expect(() => identify(request, store, realm, undefined, later)).toThrow("Request has expired");
    const other = { ...request, url: request.url.replace("a%20b.csv", "c.csv") };
    expect(() => identify(other, store, realm)).toThrow("does not match");
  });

  it("verifies each chunk of a signed upload, in order", () => {
    // The example of the S3 API reference, "Signature calculations … transferring payload in multiple chunks".
    const verifier = createChunkVerifier("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", {
      kind: "header",
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      day: "20130524",
      date: "20130524T000000Z",
      region: "us-east-1",
      service: "s3",
      signedHeaders: [],
      signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
      sessionToken: undefined,
      expiresSeconds: undefined,
    });
    const chunk = (size: number) => sha256(Buffer.alloc(size, "a"));
    expect(
      verifier.chunk(chunk(65_536), "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    ).toBe(true);
    expect(
      verifier.chunk(chunk(1_024), "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    ).toBe(true);
    expect(verifier.chunk(chunk(0), "0".repeat(64))).toBe(false);
  });

  it.each([
    ["AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/s3/aws4_request", /'SignedHeaders'/],
    ["AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", /Credential must be/],
    ["AWS4-ECDSA-P256-SHA256 Credential=a", /Unsupported AWS 'algorithm'/],
    ["Bearer token", /Unsupported AWS 'algorithm'/],
  ])("refuses a malformed signature: %s", (authorization, reason) => {
    const headers = { authorization, "x-amz-date": "20300101T000000Z" };
    expect(() => identify({ method: "GET", url: "/", headers }, sessions(), realm)).toThrow(reason);
  });
});

describe("a session", () => {
  const realm: Realm = { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "" };

  it("is handed out again until a quarter of its hour is left, and stays valid beside the next", () => {
    let now = 0;
    const store = createSessions(realm, () => now);
    const first = store.current(role, "task-1");
    now = 44 * MINUTE;
    expect(store.current(role, "task-1")).toBe(first);
    expect(store.current(role, "task-2")).not.toBe(first);
    now = 46 * MINUTE;
    expect(store.current(role, "task-1").accessKeyId).not.toBe(first.accessKeyId);
    expect(store.find(first.accessKeyId)).toBe(first);
    expect(store.find("AKIDUNKNOWN")).toBeUndefined();
  });
});
