import { encryptionHeaders } from "../attributes.ts";
import { checksumHeader } from "../checksums.ts";
import { etagMatches, judgeRead, readConditions } from "../conditions.ts";
import { invalidArgument, preconditionFailed, S3Error } from "../errors.ts";
import { findVersion, versionHeaders } from "../find-version.ts";
import type { ObjectVersion } from "../object-store.ts";
import type { S3Operation, S3Response } from "../operation.ts";
import type { Part } from "../part-store.ts";
import { type ByteRange, parseRange } from "../range.ts";
import { readParts } from "../read-parts.ts";
import { bucketOf, header, keyOf, type S3Request } from "../request.ts";
import type { S3State } from "../state.ts";

/** `response-content-type` and its kin: what the answer says instead of what is stored. */
const OVERRIDES = [
  "content-type",
  "content-language",
  "expires",
  "cache-control",
  "content-disposition",
  "content-encoding",
];

const shared = {
  level: "object",
  query: ["versionId", "partNumber", ...OVERRIDES.map((name) => `response-${name}`)],
  headers: ["x-amz-checksum-mode"],
} as const;

export const getObject: S3Operation = { ...shared, name: "GetObject", method: "GET", run: read };
export const headObject: S3Operation = { ...shared, name: "HeadObject", method: "HEAD", run: read };

function read(s3: S3State, request: S3Request): S3Response {
  const versionId = request.query.get("versionId") ?? undefined;
  const version = findVersion(s3, bucketOf(request), keyOf(request), versionId);
  const identity = {
    etag: `"${version.etag}"`,
    "last-modified": new Date(version.modified).toUTCString(),
    ...versionHeaders(s3, version),
  };
  const verdict = judgeRead(readConditions(request), version);
  if (verdict.kind === "failed") throw preconditionFailed(verdict.by);
  if (verdict.kind === "not-modified") return { status: 304, headers: identity };

  const selection = select(s3, request, version);
  const range = selection.range ?? { start: 0, end: version.size - 1 };
  const length = range.end - range.start + 1;
  const headers = {
    ...version.attributes.headers,
    ...Object.fromEntries(
      Object.entries(version.attributes.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
    ...overrides(request),
    ...identity,
    ...encryptionHeaders(version.attributes),
    ...(version.attributes.storageClass === "STANDARD"
      ? {}
      : { "x-amz-storage-class": version.attributes.storageClass }),
    ...(version.tags.length === 0 ? {} : { "x-amz-tagging-count": version.tags.length }),
    ...(header(request, "x-amz-checksum-mode")?.toUpperCase() === "ENABLED"
      ? checksumHeaders(version, selection)
      : {}),
    ...(selection.partNumber !== undefined && version.partCount !== null
      ? { "x-amz-mp-parts-count": version.partCount }
      : {}),
    "accept-ranges": "bytes",
    ...(selection.range ? { "content-range": `bytes ${range.start}-${range.end}/${version.size}` } : {}),
    "content-length": length,
  };
  const status = selection.range ? 206 : 200;
  if (request.method === "HEAD") return { status, headers };
  const parts = s3.parts.within(version.content, range.start, range.end);
  return {
    status,
    headers,
    body: { reader: readParts(s3.files, parts, range.start, range.end, "reused"), length },
  };
}

interface Selection {
  /** Undefined: the whole object. */
  readonly range?: ByteRange | undefined;
  readonly partNumber?: number;
  readonly part?: Part;
}

function select(s3: S3State, request: S3Request, version: ObjectVersion): Selection {
  const rangeHeader = header(request, "range");
  const partText = request.query.get("partNumber");
  if (partText === null) {
    const ifRange = header(request, "if-range");
    const applies = ifRange === undefined || etagMatches(ifRange, version.etag);
    return { range: applies ? parseRange(rangeHeader, version.size) : undefined };
  }
  if (rangeHeader !== undefined) {
    throw new S3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  }
  return selectPart(s3, version, parsePartNumber(partText));
}

/** @throws S3Error InvalidArgument unless it is 1 to 10,000 */
export function parsePartNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", text);
}

/** An object that came in one piece is its own part 1. */
function selectPart(s3: S3State, version: ObjectVersion, partNumber: number): Selection {
  const part = s3.parts.one(version.content, partNumber);
  if (part && part.size > 0) {
    return { range: { start: part.start, end: part.start + part.size - 1 }, partNumber, part };
  }
  if (part) return { partNumber };
  throw new S3Error("InvalidPartNumber", "The requested partnumber is not satisfiable", {
    members: { PartNumberRequested: partNumber, ActualPartCount: version.partCount ?? 1 },
  });
}

/** The checksum of what is sent: of the object, or of a part of a composite one; a mere range has none. */
function checksumHeaders({ checksum }: ObjectVersion, { range, part }: Selection): Record<string, string> {
  if (!checksum || (range && !part)) return {};
  const value = part && checksum.type === "COMPOSITE" ? part.checksum : checksum.value;
  if (part && checksum.type === "FULL_OBJECT" && part.checksum !== checksum.value) return {};
  return { [checksumHeader(checksum.algorithm)]: value, "x-amz-checksum-type": checksum.type };
}

function overrides(request: S3Request): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = request.query.get(`response-${name}`);
    if (value === null) continue;
    if (request.caller.kind === "anonymous") {
      throw new S3Error(
        "InvalidRequest",
        "Request specific response headers cannot be used for anonymous GET requests.",
      );
    }
    found[name] = value;
  }
  return found;
}
