import { AwsError } from "../wire/aws-error.ts";
import type { Realm } from "../wire/realm.ts";
import type { Caller, Signer } from "../wire/service.ts";
import { splitTarget } from "../wire/target.ts";
import { type ChunkVerifier, createChunkVerifier } from "./chunk-signatures.ts";
import type { Session, Sessions } from "./sessions.ts";
import {
  payloadHashOf,
  readSignature,
  type SignableRequest,
  type Signature,
  sha256,
  signatureMatches,
  timeOf,
} from "./sigv4.ts";

/** Who sent a request, as far as its signature proves it. */
export interface Identity {
  readonly caller: Caller;
  /** The name that the request was signed for, e.g. `ecs`; undefined for an unsigned one. */
  readonly service: string | undefined;
  readonly region: string | undefined;
  /** For a role's caller. */
  readonly session: Session | undefined;
  /** For a role's chunked upload; an administrator's has no secret that is known here. */
  readonly chunks: ChunkVerifier | undefined;
}

/** How far a signature's date may be off. (S3: 15 minutes; other services: 5 minutes) */
const SKEW_MS = { s3: 15 * 60_000, other: 5 * 60_000 };

/**
 * Finds the caller of a request. A key that no session owns is the administrator's: its signature must be
 * well-formed and in time, but cannot be verified. A role's signature is verified in full.
 * @param body the whole body where it is at hand, so that its hash is verified too
 * @param now the wall clock, in milliseconds
 * @throws AwsError as the service that is called words it
 */
export function identify(
  request: SignableRequest,
  sessions: Sessions,
  realm: Realm,
  body?: Buffer,
  now = Date.now(),
): Identity {
  const signature = readSignature(request);
  if (!signature) {
    const caller = callerOfVersion2(request, sessions, realm) ?? { kind: "anonymous", arn: "*" };
    return { caller, service: undefined, region: undefined, session: undefined, chunks: undefined };
  }
  const { service, region } = signature;
  checkTime(signature, now);
  const session = findSession(sessions, signature);
  if (!session) {
    return { caller: administrator(realm), service, region, session, chunks: undefined };
  }
  if (signature.sessionToken !== session.sessionToken) throw failure("token", service);
  if (session.expiresAt <= now) throw failure("expired", service);
  const payloadHash = payloadHashOf(request, signature, body);
  const bodyDiffers =
    body !== undefined && /^[0-9a-f]{64}$/.test(payloadHash) && payloadHash !== sha256(body);
  if (bodyDiffers || !signatureMatches(request, signature, session.secretAccessKey, payloadHash)) {
    throw failure("mismatch", service);
  }
  return {
    caller: callerOf(session),
    service,
    region,
    session,
    chunks: payloadHash.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
      ? createChunkVerifier(session.secretAccessKey, signature)
      : undefined,
  };
}

/**
 * The caller of a URL that was presigned with Signature Version 2, as AWS CLI v1 makes them for S3. Its expiry is S3's
 * to check; its signature can be nobody's here but the administrator's, whose secret is not known.
 */
function callerOfVersion2(request: SignableRequest, sessions: Sessions, realm: Realm): Caller | undefined {
  const { query } = splitTarget(request.url);
  const key = query.get("AWSAccessKeyId");
  if (!key || !query.get("Signature")) return undefined;
  if (!sessions.find(key)) return administrator(realm);
  throw new AwsError(
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  );
}

/** A role's session as a caller. */
export function callerOf({ arn, roleArn, accessKeyId }: Session): Caller {
  return { kind: "role", arn, roleArn, accessKeyId };
}

function administrator({ partition, accountId }: Realm): Caller {
  return { kind: "admin", arn: `arn:${partition}:iam::${accountId}:root` };
}

/**
 * Who signed an upload form to S3; its signature is S3's to verify.
 * @throws AwsError for a session that has ended, or with another's token
 */
export function identifySigner(
  { accessKeyId, sessionToken }: Signer,
  sessions: Sessions,
  realm: Realm,
  now = Date.now(),
): Caller {
  const session = findSession(sessions, { accessKeyId, service: "s3" });
  if (!session) return administrator(realm);
  if (sessionToken !== session.sessionToken) throw failure("token", "s3");
  if (session.expiresAt <= now) throw failure("expired", "s3");
  return callerOf(session);
}

/** What AWS says of a key that it has never given out: a task's or function's own invention. */
export function unknownKey(service: string): AwsError {
  return failure("workload", service);
}

function findSession(
  sessions: Sessions,
  { accessKeyId, service }: Pick<Signature, "accessKeyId" | "service">,
): Session | undefined {
  try {
    return sessions.find(accessKeyId);
  } catch (error) {
    if (error instanceof AwsError) throw failure("key", service);
    throw error;
  }
}

function checkTime({ date, day, service, expiresSeconds }: Signature, now: number): void {
  if (!date.startsWith(day)) throw failure("mismatch", service);
  const signedAt = timeOf(date);
  const skew = service === "s3" ? SKEW_MS.s3 : SKEW_MS.other;
  if (expiresSeconds === undefined) {
    if (Math.abs(now - signedAt) > skew) throw skewed(signedAt, now, service);
    return;
  }
  if (signedAt - now > skew)
    throw new AwsError("AccessDenied", "Request is not yet valid", { statusCode: 403 });
  if (now > signedAt + expiresSeconds * 1000) {
    throw new AwsError("AccessDenied", "Request has expired", { statusCode: 403 });
  }
}

/** S3 says how far the clocks may be apart in words of its own; the other services say the times. */
function skewed(signedAt: number, now: number, service: string): AwsError {
  if (service === "s3") {
    const message = "The difference between the request time and the current time is too large.";
    return new AwsError("RequestTimeTooSkewed", message, { statusCode: 403 });
  }
  const minutes = SKEW_MS.other / 60_000;
  const [signed, at] = [basicTime(signedAt), basicTime(now)];
  const message =
    signedAt < now
      ? `Signature expired: ${signed} is now earlier than ${basicTime(now - SKEW_MS.other)} (${at} - ${minutes} min.)`
      : `Signature not yet current: ${signed} is still later than ${basicTime(now + SKEW_MS.other)} (${at} + ${minutes} min.)`;
  return failure("mismatch", service, message);
}

/** `20261123T071500Z` */
function basicTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, "");
}

type Failure = "mismatch" | "expired" | "token" | "key" | "workload";

/** Services that speak AWS JSON have names of their own for these; the others share S3's and the query protocol's. */
const QUERY_SERVICES = new Set([
  "s3",
  "sns",
  "sts",
  "iam",
  "cloudformation",
  "autoscaling",
  "elasticloadbalancing",
]);

const NAMES: Readonly<Record<Failure, readonly [query: string, json: string, message: string]>> = {
  mismatch: [
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
  ],
  expired: ["ExpiredToken", "ExpiredTokenException", "The security token included in the request is expired"],
  token: [
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  ],
  key: [
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "The security token included in the request is invalid: its session is of an earlier run.",
  ],
  workload: [
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "The security token included in the request is invalid: a task or function signs with its role's credentials, not with a key of its own making.",
  ],
};

function failure(kind: Failure, service: string, words?: string): AwsError {
  const [query, json, usual] = NAMES[kind];
  const message = words ?? usual;
  if (!QUERY_SERVICES.has(service)) return new AwsError(json, message, { statusCode: 400 });
  const s3Key = service === "s3" && query === "InvalidClientTokenId";
  const code = s3Key ? (kind === "token" ? "InvalidToken" : "InvalidAccessKeyId") : query;
  const badRequest = service === "s3" && (code === "ExpiredToken" || code === "InvalidToken");
  return new AwsError(code, message, { statusCode: badRequest ? 400 : 403 });
}
