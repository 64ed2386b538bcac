import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";
import { NotPlayedError } from "../wire/aws-error.ts";
import {
  CRC32_POLYNOMIAL,
  CRC32C_POLYNOMIAL,
  CRC64NVME_POLYNOMIAL,
  Crc64Nvme,
  crc32c,
  crcCombiner,
} from "./crc.ts";
import { invalidArgument, S3Error } from "./errors.ts";

export const CHECKSUM_ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
/** COMPOSITE: a checksum of the parts' checksums. FULL_OBJECT: of the bytes. */
export type ChecksumType = "COMPOSITE" | "FULL_OBJECT";

/** What S3 computes when the client names no algorithm. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = "CRC64NVME";

/** A stored checksum; `value` is base64, with `-<parts>` after it when composite over parts. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: ChecksumType;
}

export interface Digest {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

const BYTES: Record<ChecksumAlgorithm, number> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case "CRC32":
      return crc32Digest(crc32);
    case "CRC32C":
      return crc32Digest(crc32c);
    case "CRC64NVME":
      return new Crc64Nvme();
    case "SHA1":
      return createHash("sha1");
    case "SHA256":
      return createHash("sha256");
  }
}

function crc32Digest(step: (chunk: Uint8Array, seed: number) => number): Digest {
  let crc = 0;
  return {
    update(chunk) {
      crc = step(chunk, crc);
    },
    digest() {
      const bytes = Buffer.allocUnsafe(4);
      bytes.writeUInt32BE(crc);
      return bytes;
    },
  };
}

/** `x-amz-checksum-crc32` and its kin, as header or trailer. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** `ChecksumCRC32` and its kin, as an XML element. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** @throws NotPlayedError for algorithms that S3 has and this runtime has not */
export function parseAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name.toUpperCase());
  if (!algorithm) throw new NotPlayedError(`s3 checksum algorithm ${name}`);
  return algorithm;
}

/** Headers that start with `x-amz-checksum-` and are no checksum values. */
const NOT_VALUES = new Set(["x-amz-checksum-mode", "x-amz-checksum-algorithm", "x-amz-checksum-type"]);

/**
 * The checksum value that a request's headers state, if any.
 * @throws S3Error InvalidRequest for two of them, or for one of the wrong length
 */
export function statedChecksum(
  headers: IncomingHttpHeaders,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const names = Object.keys(headers).filter(
    (name) => name.startsWith("x-amz-checksum-") && !NOT_VALUES.has(name),
  );
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.length > 1) {
    throw new S3Error(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const algorithm = parseAlgorithm(name.slice("x-amz-checksum-".length));
  const value = String(headers[name]);
  checkChecksumSyntax(algorithm, value, name);
  return { algorithm, value };
}

export function checkChecksumSyntax(algorithm: ChecksumAlgorithm, value: string, name: string): void {
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== BYTES[algorithm] || bytes.toString("base64") !== value) {
    throw new S3Error("InvalidRequest", `Value for ${name} header is invalid.`);
  }
}

export function checksumMismatch(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
}

/**
 * How an upload's parts make the object's checksum.
 * Source: S3 user guide, "Checking object integrity": SHA is composite, CRC64NVME full-object, CRC32(C) either.
 */
export function multipartChecksumType(
  algorithm: ChecksumAlgorithm,
  wanted: string | undefined,
): ChecksumType {
  if (wanted !== undefined && wanted !== "COMPOSITE" && wanted !== "FULL_OBJECT") {
    throw invalidArgument("Value for x-amz-checksum-type header is invalid.", "x-amz-checksum-type", wanted);
  }
  const only: ChecksumType | undefined =
    algorithm === "CRC64NVME" ? "FULL_OBJECT" : algorithm.startsWith("SHA") ? "COMPOSITE" : undefined;
  if (wanted !== undefined && only !== undefined && wanted !== only) {
    throw new S3Error(
      "InvalidRequest",
      `The ${wanted} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return wanted ?? only ?? "COMPOSITE";
}

const COMBINERS = {
  CRC32: crcCombiner(CRC32_POLYNOMIAL, 32),
  CRC32C: crcCombiner(CRC32C_POLYNOMIAL, 32),
  CRC64NVME: crcCombiner(CRC64NVME_POLYNOMIAL, 64),
};

/** The object's checksum out of its parts' checksums. */
export function joinChecksums(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { readonly size: number; readonly checksum: string }[],
): Checksum {
  if (type === "COMPOSITE" || algorithm === "SHA1" || algorithm === "SHA256") {
    const digest = createDigest(algorithm);
    for (const part of parts) digest.update(Buffer.from(part.checksum, "base64"));
    return { algorithm, type: "COMPOSITE", value: `${digest.digest().toString("base64")}-${parts.length}` };
  }
  const combine = COMBINERS[algorithm];
  let crc = 0n;
  for (const [index, part] of parts.entries()) {
    const next = BigInt(`0x${Buffer.from(part.checksum, "base64").toString("hex")}`);
    crc = index === 0 ? next : combine(crc, next, part.size);
  }
  const hex = crc.toString(16).padStart(BYTES[algorithm] * 2, "0");
  return { algorithm, type, value: Buffer.from(hex, "hex").toString("base64") };
}
