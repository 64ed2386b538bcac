import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../wire/aws-error.ts";
import { splitTarget } from "../wire/target.ts";

/** The parts of a request that a signature covers; an `IncomingMessage` has them. */
export interface SignableRequest {
  readonly method?: string | undefined;
  /** Path and query as they were sent. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A signature as the request carries it. */
export interface Signature {
  readonly kind: "header" | "query";
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** Seconds that a presigned URL is valid for. */
  readonly expiresSeconds: number | undefined;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const UNSIGNED = "UNSIGNED-PAYLOAD";
const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60;

/**
 * Reads the signature of a request; undefined when it has none.
 * @throws AwsError when there is one that is not well-formed
 */
export function readSignature({ url = "/", headers }: SignableRequest): Signature | undefined {
  const { query } = splitTarget(url);
  const { authorization } = headers;
  const inQuery = query.has("X-Amz-Algorithm");
  if (authorization !== undefined && inQuery) {
    throw new AwsError("InvalidArgument", "Only one auth mechanism allowed; got a header and a query string");
  }
  if (authorization !== undefined) return fromHeader(authorization, headers);
  return inQuery ? fromQuery(query) : undefined;
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders): Signature {
  const [algorithm = "", ...rest] = authorization.trim().split(/\s+/);
  checkAlgorithm(algorithm);
  const fields = new Map(
    rest
      .join("")
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=");
        return [field.slice(0, equals), field.slice(equals + 1)] as const;
      }),
  );
  const need = (name: string) => {
    const value = fields.get(name);
    if (!value) throw incomplete(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const date = headers["x-amz-date"] ?? headers.date;
  if (typeof date !== "string") {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return {
    kind: "header",
    ...readCredential(need("Credential")),
    signedHeaders: need("SignedHeaders").toLowerCase().split(";"),
    signature: need("Signature"),
    date: basicDate(date),
    sessionToken: one(headers["x-amz-security-token"]),
    expiresSeconds: undefined,
  };
}

function fromQuery(query: URLSearchParams): Signature {
  const need = (name: string) => {
    const value = query.get(name);
    if (!value) throw incomplete(`AWS query-string parameters must include '${name}'.`);
    return value;
  };
  checkAlgorithm(need("X-Amz-Algorithm"));
  const expires = Number(need("X-Amz-Expires"));
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRES_SECONDS) {
    throw new AwsError(
      "AuthorizationQueryParametersError",
      `X-Amz-Expires must be between 1 and ${MAX_EXPIRES_SECONDS} seconds`,
    );
  }
  return {
    kind: "query",
    ...readCredential(need("X-Amz-Credential")),
    signedHeaders: need("X-Amz-SignedHeaders").toLowerCase().split(";"),
    signature: need("X-Amz-Signature"),
    date: basicDate(need("X-Amz-Date")),
    sessionToken: query.get("X-Amz-Security-Token") ?? undefined,
    expiresSeconds: expires,
  };
}

function checkAlgorithm(algorithm: string): void {
  if (algorithm !== ALGORITHM)
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'; got to be ${ALGORITHM}.`);
}

function readCredential(credential: string) {
  const [accessKeyId, day, region, service, end, ...more] = credential.split("/");
  if (!accessKeyId || !day || !region || !service || end !== "aws4_request" || more.length > 0) {
    throw incomplete("Credential must be <key id>/<date>/<region>/<service>/aws4_request");
  }
  if (!/^\d{8}$/.test(day)) throw incomplete(`Date in Credential scope must be YYYYMMDD, got '${day}'`);
  return { accessKeyId, day, region, service };
}

/** SigV4 also takes the HTTP date header; both become the basic ISO form. */
function basicDate(text: string): string {
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${text}'.`);
  return new Date(time).toISOString().replaceAll(/[:-]|\.\d{3}/g, "");
}

/** Milliseconds since the epoch. */
export function timeOf(basic: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(basic) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/**
 * What the client put in the payload's place when it signed.
 * @param body the whole body where it is at hand; without it and without a header the payload is unsigned
 */
export function payloadHashOf(
  { headers }: SignableRequest,
  { kind, service }: Signature,
  body: Buffer | undefined,
): string {
  const declared = one(headers["x-amz-content-sha256"]);
  if (declared !== undefined) return declared;
  if (kind === "query" && service === "s3") return UNSIGNED;
  return body === undefined ? UNSIGNED : sha256(body);
}

/** Whether the signature is the one that `secret` makes. */
export function signatureMatches(
  request: SignableRequest,
  signature: Signature,
  secret: string,
  payloadHash: string,
): boolean {
  const { date, day, region, service } = signature;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const canonical = canonicalRequest(request, signature, payloadHash);
  const toSign = [ALGORITHM, date, scope, sha256(canonical)].join("\n");
  const expected = hmac(signingKey(secret, signature), toSign).toString("hex");
  return (
    expected.length === signature.signature.length &&
    timingSafeEqual(Buffer.from(expected), Buffer.from(signature.signature))
  );
}

/** The key that signs a request and, for S3's chunked bodies, each of its chunks. */
export function signingKey(secret: string, { day, region, service }: Signature): Buffer {
  return [region, service, "aws4_request"].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day));
}

function canonicalRequest(request: SignableRequest, signature: Signature, payloadHash: string): string {
  const [path = "/", search = ""] = splitOnce(request.url ?? "/", "?");
  const query = search
    .split("&")
    .filter((field) => field !== "" && !/^X-Amz-Signature=/i.test(field))
    .map((field) => {
      const [name, value = ""] = splitOnce(field, "=");
      return [reencode(name), reencode(value)] as const;
    })
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const headers = signature.signedHeaders.map((name) => {
    const value = request.headers[name];
    const text = (Array.isArray(value) ? value : [value ?? ""])
      .map((line) => line.trim().replaceAll(/ +/g, " "))
      .join(",");
    return `${name}:${text}\n`;
  });
  return [
    request.method,
    canonicalPath(path, signature.service),
    query,
    headers.join(""),
    signature.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** S3 takes the path as it is, every other service encodes what was sent once more. (SigV4, canonical URI) */
function canonicalPath(path: string, service: string): string {
  const segments = path.split("/").map((segment) => encode(decode(segment)));
  return service === "s3" ? segments.join("/") : segments.map(encode).join("/");
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** In a query a plus sign is a space. */
function reencode(text: string): string {
  return encode(decode(text.replaceAll("+", "%20")));
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

export function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function incomplete(message: string): AwsError {
  return new AwsError("IncompleteSignature", message);
}
