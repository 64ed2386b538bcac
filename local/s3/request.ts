import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Authorize, CallContext, Caller } from "../wire/service.ts";
import { splitTarget } from "../wire/target.ts";
import { noSuchBucket, S3Error } from "./errors.ts";

/** One request to S3, taken apart; nothing of its body has been read. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string | undefined;
  /** Decoded key; it is a name, never a path. */
  readonly key: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  readonly caller: Caller;
  readonly requestId: string;
  readonly sourceIp: string;
  /** Asks IAM; absent where no gateway stands before S3. */
  readonly authorize?: Authorize | undefined;
}

/** Where a request points: S3's path style (`/bucket/key`) or virtual-host style (`bucket.localhost/key`). */
export interface S3Target {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: URLSearchParams;
}

export function parseRequest(message: IncomingMessage, context: CallContext): S3Request {
  return {
    ...parseTarget(message),
    method: message.method ?? "GET",
    headers: message.headers,
    body: message,
    caller: context.caller,
    requestId: context.requestId,
    authorize: context.authorize,
    sourceIp: (message.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, ""),
  };
}

/**
 * Bucket and key of a request, without a look at its headers beyond `Host`.
 * @throws S3Error InvalidURI when the path is no percent-encoded UTF-8
 */
export function parseTarget(message: IncomingMessage): S3Target {
  const { path: rawPath, query } = splitTarget(message.url);
  const path = decodePath(rawPath.startsWith("/") ? rawPath.slice(1) : rawPath);
  const hosted = bucketOfHost(message.headers.host ?? "");
  if (hosted !== undefined) return { bucket: hosted, key: path === "" ? undefined : path, query };
  const slash = path.indexOf("/");
  const bucket = slash < 0 ? path : path.slice(0, slash);
  const key = slash < 0 ? "" : path.slice(slash + 1);
  // The service itself has no path at all; in `//key` a bucket is meant, and its name is missing.
  return { bucket: path === "" ? undefined : bucket, key: key === "" ? undefined : key, query };
}

const HOSTED = /^(.+?)\.(?:s3\.localhost|s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com|localhost)$/;

/** The bucket in a virtual-host style `Host`, if it has one. */
export function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  if (name === "s3.localhost") return undefined;
  return HOSTED.exec(name)?.[1];
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new S3Error("InvalidURI", "Couldn't parse the specified URI.", { members: { URI: path }, cause });
  }
}

/** The bucket of an operation that has one by its route. */
export function bucketOf(request: S3Request): string {
  if (request.bucket === undefined) throw noSuchBucket("");
  return request.bucket;
}

const MAX_KEY_BYTES = 1024;

/** The key of an operation that has one by its route. @throws S3Error KeyTooLongError past 1,024 bytes */
export function keyOf(request: S3Request): string {
  if (request.key === undefined) throw new S3Error("InvalidRequest", "A key must be specified.");
  return checkKey(request.key);
}

export function checkKey(key: string): string {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) {
    throw new S3Error("KeyTooLongError", "Your key is too long", {
      members: { Size: size, MaxSizeAllowed: MAX_KEY_BYTES },
    });
  }
  return key;
}

/** One header's value; of repeated ones the first. */
export function header(request: S3Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
