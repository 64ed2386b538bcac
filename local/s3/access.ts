import type { IncomingMessage } from "node:http";
import { OPERATIONS } from "./operations.ts";
import { header, parseTarget, type S3Request } from "./request.ts";
import { selectOperation, unhoistHeaders } from "./route.ts";

/** One permission that a request needs. */
export interface RequiredPermission {
  /** IAM action, such as `s3:PutObject`. */
  readonly action: string;
  /** ARN of the bucket or object; `*` for what belongs to none. */
  readonly resource: string;
}

/**
 * What a request needs by IAM, from its line and headers alone: the endpoint decides on it before the
 * operation runs. `DeleteObjects` and `PostObject` carry keys in their body; for them the resource is `bucket/*`.
 * @throws AwsError when the request is none that is played
 */
export function requiredPermissions(message: IncomingMessage): {
  readonly operation: string;
  readonly permissions: readonly RequiredPermission[];
} {
  const target = { ...parseTarget(message), method: message.method ?? "GET", headers: message.headers };
  // Routing looks at nothing else of a request.
  const request = unhoistHeaders(target as S3Request);
  const operation = selectOperation(OPERATIONS, request);
  const { bucket, key, query } = request;
  const action = (query.has("versionId") && operation.versionAction) || operation.action;
  const inBody = operation.name === "DeleteObjects" || operation.name === "PostObject";
  const name = key === undefined ? (inBody ? `${bucket}/*` : bucket) : `${bucket}/${key}`;
  const permissions = [{ action, resource: bucket === undefined ? "*" : `arn:aws:s3:::${name}` }];
  const source = header(request, "x-amz-copy-source");
  if (source !== undefined) {
    const [path = "", versionId] = source.replace(/^\//, "").split("?versionId=");
    const read = versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
    permissions.push({ action: read, resource: `arn:aws:s3:::${decodeURIComponent(path)}` });
  }
  return { operation: operation.name, permissions };
}
