import { createHash, createHmac, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { crc32 } from "node:zlib";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CREDENTIALS, codeOf, raw, type S3Server, startS3 } from "./s3-server.ts";

const Bucket = "transfer";
let s3: S3Server;

beforeAll(async () => {
  s3 = await startS3();
  s3.service.createBucket(Bucket, { eventBridge: true });
});
afterAll(async () => await s3[Symbol.asyncDispose]());
beforeEach(() => {
  s3.events.length = 0;
});

const stored = async (key: string) => (await raw(s3.port, "GET", `/${Bucket}/${key}`)).body;

describe("aws-chunked", () => {
  const signature = `;chunk-signature=${"a".repeat(64)}`;
  const crc = (text: string) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(text));
    return bytes.toString("base64");
  };
  const put = (payload: string, length: number, body: string, more: Record<string, string> = {}) =>
    raw(
      s3.port,
      "PUT",
      `/${Bucket}/chunked`,
      {
        "x-amz-content-sha256": payload,
        "x-amz-decoded-content-length": String(length),
        "content-encoding": "aws-chunked,gzip",
        ...more,
      },
      body,
    );
  const SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  const UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  const trailer = { "x-amz-trailer": "x-amz-checksum-crc32" };

  test("signed chunks are taken apart, and the encoding is not the object's", async () => {
    const big = "x".repeat(8192);
    const body = `2000${signature}\r\n${big}\r\n5${signature}\r\nhello\r\n0${signature}\r\n\r\n`;
    expect((await put(SIGNED, 8197, body)).status).toBe(200);
    const got = await raw(s3.port, "GET", `/${Bucket}/chunked`);
    expect(got.body).toBe(`${big}hello`);
    expect(got.headers["content-encoding"]).toBe("gzip");
  });

  test("a trailing checksum is verified", async () => {
    const body = (value: string) => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${value}\r\n\r\n`;
    expect((await put(UNSIGNED, 5, body(crc("hello")), trailer)).status).toBe(200);
    expect(codeOf(await put(UNSIGNED, 5, body(crc("other")), trailer))).toBe("BadDigest");
    const signed = `5${signature}\r\nhello\r\n0${signature}\r\nx-amz-checksum-crc32:${crc("hello")}\r\nx-amz-trailer-signature:${"b".repeat(64)}\r\n\r\n`;
    expect((await put(`${SIGNED}-TRAILER`, 5, signed, trailer)).status).toBe(200);
  });

  test.each([
    ["a chunk without its signature", SIGNED, 5, "5\r\nhello\r\n0\r\n\r\n", {}, "InvalidRequest"],
    ["a size that is none", UNSIGNED, 5, "zz\r\nhello\r\n0\r\n\r\n", {}, "InvalidRequest"],
    ["a chunk that is longer than it says", UNSIGNED, 4, "4\r\nhello\r\n0\r\n\r\n", {}, "InvalidRequest"],
    ["an end without the last chunk", UNSIGNED, 5, "5\r\nhello\r\n", {}, "IncompleteBody"],
    ["fewer bytes than announced", UNSIGNED, 6, "5\r\nhello\r\n0\r\n\r\n", {}, "IncompleteBody"],
    ["bytes after the end", UNSIGNED, 5, "5\r\nhello\r\n0\r\n\r\nmore", {}, "InvalidRequest"],
    [
      "a small chunk that is not the last",
      UNSIGNED,
      2,
      "1\r\na\r\n1\r\nb\r\n0\r\n\r\n",
      {},
      "InvalidChunkSizeError",
    ],
    ["a trailer that never comes", UNSIGNED, 5, "5\r\nhello\r\n0\r\n\r\n", trailer, "MalformedTrailerError"],
    [
      "a trailer that was not announced",
      UNSIGNED,
      5,
      "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      {},
      "MalformedTrailerError",
    ],
  ] as const)("%s is refused", async (_, payload, length, body, more, code) => {
    expect(codeOf(await put(payload, length, body, more))).toBe(code);
  });

  test("the decoded length is required", async () => {
    const headers = { "x-amz-content-sha256": UNSIGNED };
    expect((await raw(s3.port, "PUT", `/${Bucket}/x`, headers, "0\r\n\r\n")).status).toBe(411);
  });
});

describe("a presigned URL", () => {
  const path = (url: string) => url.slice(url.indexOf("/", "http://".length));

  test("uploads and downloads until it expires", async () => {
    const up = await getSignedUrl(
      s3.client,
      new PutObjectCommand({ Bucket, Key: "pre signed", Metadata: { a: "b" } }),
    );
    const sent = await raw(s3.port, "PUT", path(up), { "x-amz-meta-a": "b" }, "by url");
    expect([sent.status, sent.body]).toEqual([200, ""]);
    const down = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: "pre signed" }));
    const got = await raw(s3.port, "GET", path(down));
    expect([got.body, got.headers["x-amz-meta-a"]]).toEqual(["by url", "b"]);

    const signingDate = new Date(Date.now() - 120_000);
    const old = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: "pre signed" }), {
      expiresIn: 60,
      signingDate,
    });
    const late = await raw(s3.port, "GET", path(old));
    expect([late.status, codeOf(late)]).toEqual([403, "AccessDenied"]);
    expect(late.body).toContain("Request has expired");
  });

  test.each([
    ["604801", "less than a week"],
    ["-1", "non-negative"],
    ["soon", "should be a number"],
    ["", "requires the X-Amz-Algorithm"],
  ])("with X-Amz-Expires=%s is malformed", async (expires, message) => {
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: "x" }));
    const answer = await raw(
      s3.port,
      "GET",
      path(url).replace(/X-Amz-Expires=\d+/, `X-Amz-Expires=${expires}`),
    );
    expect(codeOf(answer)).toBe("AuthorizationQueryParametersError");
    expect(answer.body).toContain(message);
  });
});

describe("a form upload", () => {
  const date = "20260101";
  const credential = `${CREDENTIALS.accessKeyId}/${date}/us-east-1/s3/aws4_request`;

  function sign(policy: string): string {
    let key: Buffer = Buffer.from(`AWS4${CREDENTIALS.secretAccessKey}`);
    for (const step of [date, "us-east-1", "s3", "aws4_request"]) {
      key = createHmac("sha256", key).update(step).digest();
    }
    return createHmac("sha256", key).update(policy).digest("hex");
  }

  async function post(
    options: {
      conditions?: unknown[];
      fields?: Record<string, string>;
      seconds?: number;
      signature?: string;
    },
    file: string | Uint8Array<ArrayBuffer> = "file body",
  ) {
    const document = {
      expiration: new Date(Date.now() + (options.seconds ?? 600) * 1000).toISOString(),
      conditions: [
        { bucket: Bucket },
        ["starts-with", "$key", "in/"],
        { "x-amz-credential": credential },
        { "x-amz-algorithm": "AWS4-HMAC-SHA256" },
        { "x-amz-date": `${date}T000000Z` },
        ...(options.conditions ?? []),
      ],
    };
    const policy = Buffer.from(JSON.stringify(document)).toString("base64");
    const form = new FormData();
    const fields = {
      key: "in/$" + "{filename}",
      "x-amz-credential": credential,
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-date": `${date}T000000Z`,
      policy,
      "x-amz-signature": options.signature ?? sign(policy),
      ...options.fields,
    };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set("file", new Blob([file]), "a file.txt");
    form.set("submit", "after the file, so ignored");
    const response = await fetch(`http://127.0.0.1:${s3.port}/${Bucket}`, {
      method: "POST",
      body: form,
      redirect: "manual",
    });
    const body = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  }

  test("stores the file under its name, with headers, metadata and an event", async () => {
    const file = new Uint8Array(randomBytes(300_000));
    const conditions = [["starts-with", "$Content-Type", "text/"], { "x-amz-meta-a": "b" }];
    const fields = { "Content-Type": "text/plain", "x-amz-meta-a": "b" };
    const sent = await post({ conditions, fields }, file);
    expect([sent.status, sent.body]).toEqual([204, ""]);
    expect(sent.headers.etag).toBe(`"${createHash("md5").update(file).digest("hex")}"`);
    const got = await raw(s3.port, "HEAD", `/${Bucket}/in/a%20file.txt`);
    expect(got.headers).toMatchObject({
      "content-type": "text/plain",
      "content-length": "300000",
      "x-amz-meta-a": "b",
    });
    expect(s3.events.map((event) => event.detail.reason)).toEqual(["POST Object"]);
  });

  test("answers with the status or the redirect that the form asks for", async () => {
    const status = {
      conditions: [{ success_action_status: "201" }],
      fields: { success_action_status: "201" },
    };
    const created = await post(status);
    expect([created.status, created.body]).toEqual([
      201,
      expect.stringContaining("<Key>in/a file.txt</Key>"),
    ]);
    const to = "https://example.com/done?x=1";
    const moved = await post({
      conditions: [["eq", "$success_action_redirect", to]],
      fields: { success_action_redirect: to },
    });
    expect(moved.status).toBe(303);
    expect(moved.headers.location).toContain(`${to}&bucket=${Bucket}&key=in%2Fa+file.txt&etag=`);
  });

  test.each([
    ["past its expiration", { seconds: -1 }, "AccessDenied", "Policy expired"],
    [
      "with a key outside of the policy",
      { fields: { key: "out/x" } },
      "AccessDenied",
      "Policy Condition failed",
    ],
    [
      "with a field that the policy does not name",
      { fields: { "x-amz-meta-z": "1" } },
      "AccessDenied",
      "Extra input fields",
    ],
    ["that is too large", { conditions: [["content-length-range", 0, 8]] }, "EntityTooLarge", "maximum"],
    ["that is too small", { conditions: [["content-length-range", 10, 20]] }, "EntityTooSmall", "minimum"],
    ["with a wrong signature", { signature: "0".repeat(64) }, "SignatureDoesNotMatch", "signature"],
    [
      "with a policy that is none",
      { fields: { policy: "bm9uZQ==" }, signature: "" },
      "SignatureDoesNotMatch",
      "",
    ],
  ])("%s is refused, and nothing is stored", async (_, options, code, message) => {
    const refused = await post(options);
    expect(codeOf(refused)).toBe(code);
    expect(refused.body).toContain(message);
    expect(s3.events).toEqual([]);
    await expect.poll(() => s3.dataFiles()).toEqual([]);
  });
});

describe("a broken-off upload", () => {
  test("leaves nothing behind, and the earlier object whole", async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: "broken", Body: "before" }));
    const before = s3.dataFiles();
    s3.events.length = 0;
    const socket = connect(s3.port, "127.0.0.1");
    socket.write(`PUT /${Bucket}/broken HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n`);
    socket.write(Buffer.alloc(4_000_000));
    await expect.poll(() => s3.dataFiles().length).toBe(before.length + 1);
    socket.destroy();
    await expect.poll(() => s3.dataFiles()).toEqual(before);
    expect(await stored("broken")).toBe("before");
    expect(s3.events).toEqual([]);
  });

  test("that the server refuses half-way is answered, and the connection serves on", async () => {
    const { Agent, request } = await import("node:http");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (headers: Record<string, string>, body: Buffer) =>
      new Promise<number>((resolve, reject) => {
        const options = {
          host: "127.0.0.1",
          port: s3.port,
          agent,
          method: "PUT",
          path: `/${Bucket}/half`,
          headers,
        };
        const sent = request(options, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
        });
        sent.on("error", reject);
        sent.end(body);
      });
    const chunked = { "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" };
    const body = Buffer.alloc(3_000_000, "z");
    expect(await send({ ...chunked, "x-amz-decoded-content-length": "5" }, body)).toBe(400);
    expect(await send({}, body)).toBe(200);
    agent.destroy();
  });
});
