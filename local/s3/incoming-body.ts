import { createHash } from "node:crypto";
import type { z } from "zod";
import { NotPlayedError } from "../wire/aws-error.ts";
import { type ChunkedFraming, decodeAwsChunked, incompleteBody } from "./aws-chunked.ts";
import {
  type ChecksumAlgorithm,
  checkChecksumSyntax,
  checksumHeader,
  checksumMismatch,
  createDigest,
  DEFAULT_ALGORITHM,
  type Digest,
  parseAlgorithm,
  statedChecksum,
} from "./checksums.ts";
import { invalidArgument, S3Error } from "./errors.ts";
import { header, type S3Request } from "./request.ts";
import { parseXml } from "./xml.ts";

/** What the bytes of a body came to. */
export interface BodyDigests {
  /** Hexadecimal. */
  readonly md5: string;
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly checksum: string;
}

/** A request's payload: framing taken off, digests taken while it passes by. */
export interface IncomingBody {
  /** Bytes of payload, as the headers state them. */
  readonly length: number;
  /** The algorithm that the client chose, if any. */
  readonly stated: ChecksumAlgorithm | undefined;
  readonly chunks: AsyncIterable<Buffer>;
  /** To be called after the last chunk. @throws S3Error when a stated digest is not the payload's */
  finish(): BodyDigests;
}

/** Largest body of a single upload. Source: S3 user guide, "Amazon S3 limits". */
export const MAX_SINGLE_UPLOAD_BYTES = 5 * 1024 ** 3;

/**
 * @param wanted the algorithm to compute whatever the client states; by default the client's choice, else S3's
 * @throws S3Error for missing lengths, malformed digests and bodies past `limit` bytes
 */
export function openBody(
  request: S3Request,
  wanted?: ChecksumAlgorithm,
  limit: number = MAX_SINGLE_UPLOAD_BYTES,
): IncomingBody {
  const payload = header(request, "x-amz-content-sha256");
  const framing = framingOf(payload);
  const length = payloadLength(request, framing, limit);
  const contentMd5 = readContentMd5(header(request, "content-md5"));
  const stated = statedDigest(request, framing);
  const algorithm = wanted ?? stated?.algorithm ?? DEFAULT_ALGORITHM;

  const md5 = createHash("md5");
  const checksum = createDigest(algorithm);
  const statedCopy = stated && stated.algorithm !== algorithm ? createDigest(stated.algorithm) : undefined;
  const sha256 = payload !== undefined && SHA256_HEX.test(payload) ? createHash("sha256") : undefined;
  const digests: Digest[] = [md5, checksum, statedCopy, sha256].filter((digest) => digest !== undefined);

  let trailing: string | undefined;
  const onTrailer = (name: string, value: string) => {
    if (!stated || name !== checksumHeader(stated.algorithm)) {
      throw new S3Error("MalformedTrailerError", `The trailer ${name} was not announced in x-amz-trailer.`);
    }
    checkChecksumSyntax(stated.algorithm, value, name);
    trailing = value;
  };

  // The stream must outlive a failure here: the client is still to be answered over its connection.
  const raw: AsyncIterable<Buffer> = request.body.iterator({ destroyOnReturn: false });
  async function* chunks(): AsyncGenerator<Buffer> {
    let received = 0;
    for await (const chunk of framing ? decodeAwsChunked(raw, framing, onTrailer) : raw) {
      received += chunk.length;
      if (received > length) throw incompleteBody();
      for (const digest of digests) digest.update(chunk);
      yield chunk;
    }
    if (received !== length) throw incompleteBody();
  }

  const finish = (): BodyDigests => {
    const hash = md5.digest();
    if (contentMd5 && !contentMd5.equals(hash)) {
      throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.", {
        members: { ExpectedDigest: contentMd5.toString("base64"), CalculatedDigest: hash.toString("base64") },
      });
    }
    if (sha256) checkPayloadHash(String(payload), sha256.digest("hex"));
    const value = checksum.digest().toString("base64");
    const expected = stated?.value ?? trailing;
    if (stated && expected === undefined) {
      throw new S3Error(
        "MalformedTrailerError",
        `The announced trailer ${checksumHeader(stated.algorithm)} is missing.`,
      );
    }
    if (stated && expected !== (statedCopy?.digest().toString("base64") ?? value)) {
      throw checksumMismatch(stated.algorithm);
    }
    return { md5: hash.toString("hex"), algorithm, checksum: value };
  };
  return { length, stated: stated?.algorithm, chunks: chunks(), finish };
}

const SHA256_HEX = /^[0-9a-f]{64}$/;

const FRAMINGS: Record<string, ChunkedFraming> = {
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailer: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true },
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailer: true },
};

function framingOf(payload: string | undefined): ChunkedFraming | undefined {
  if (payload === undefined || payload === "UNSIGNED-PAYLOAD" || SHA256_HEX.test(payload)) return undefined;
  const framing = FRAMINGS[payload];
  if (framing) return framing;
  if (payload.startsWith("STREAMING-AWS4-ECDSA"))
    throw new NotPlayedError(`s3 x-amz-content-sha256 ${payload}`);
  throw invalidArgument(
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.",
    "x-amz-content-sha256",
    payload,
  );
}

function payloadLength(request: S3Request, framing: ChunkedFraming | undefined, limit: number): number {
  const text = header(request, framing ? "x-amz-decoded-content-length" : "content-length");
  // Bodiless requests of some clients have no Content-Length; with a chunked transfer S3 wants to be told.
  if (text === undefined && !framing && request.headers["transfer-encoding"] === undefined) return 0;
  if (text === undefined) {
    throw new S3Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  if (!/^\d+$/.test(text)) {
    throw invalidArgument("The length must be a whole number.", "x-amz-decoded-content-length", text);
  }
  const length = Number(text);
  if (length > limit) {
    throw new S3Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
      members: { ProposedSize: length, MaxSizeAllowed: limit },
    });
  }
  return length;
}

function readContentMd5(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 16 && bytes.toString("base64") === text) return bytes;
  throw new S3Error("InvalidDigest", "The Content-MD5 you specified was invalid.", {
    members: { "Content-MD5": text },
  });
}

/** The checksum that headers state, or announce as a trailer (then without a value). */
function statedDigest(
  request: S3Request,
  framing: ChunkedFraming | undefined,
): { algorithm: ChecksumAlgorithm; value: string | undefined } | undefined {
  const stated = statedChecksum(request.headers);
  const announced = header(request, "x-amz-trailer")?.trim().toLowerCase();
  const sdk = header(request, "x-amz-sdk-checksum-algorithm");
  if (announced !== undefined && (!framing?.trailer || !announced.startsWith("x-amz-checksum-"))) {
    throw new S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
  }
  if (stated && announced !== undefined) {
    throw new S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header");
  }
  const result =
    announced === undefined
      ? stated
      : { algorithm: parseAlgorithm(announced.slice("x-amz-checksum-".length)), value: undefined };
  if (sdk === undefined) return result;
  if (!result) {
    throw new S3Error(
      "InvalidRequest",
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  if (parseAlgorithm(sdk) !== result.algorithm) {
    throw new S3Error("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  return result;
}

function checkPayloadHash(stated: string, computed: string): void {
  if (stated === computed) return;
  throw new S3Error(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { members: { ClientComputedContentSHA256: stated, S3ComputedContentSHA256: computed } },
  );
}

const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;

/** Reads a body that is a document (XML or JSON), its digests verified. */
export async function readDocument(request: S3Request): Promise<{ text: string; verified: boolean }> {
  const body = openBody(request, undefined, MAX_DOCUMENT_BYTES);
  const chunks: Buffer[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  body.finish();
  const verified = body.stated !== undefined || header(request, "content-md5") !== undefined;
  return { text: Buffer.concat(chunks).toString("utf8"), verified };
}

/** Reads an XML body; see `parseXml`. */
export async function readXml<Schema extends z.ZodType>(
  request: S3Request,
  root: string,
  schema: Schema,
  repeated: readonly string[] = [],
): Promise<z.output<Schema>> {
  return parseXml((await readDocument(request)).text, root, schema, repeated);
}
