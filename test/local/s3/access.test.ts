import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { requiredPermissions } from "../../../local/s3/access.ts";

const message = (method: string, url: string, headers: Record<string, string> = {}) =>
  ({ method, url, headers: { host: "localhost", ...headers } }) as IncomingMessage;

test.each([
  ["GET", "/", {}, "ListBuckets", [["s3:ListAllMyBuckets", "*"]]],
  ["GET", "/b?list-type=2", {}, "ListObjectsV2", [["s3:ListBucket", "arn:aws:s3:::b"]]],
  ["PUT", "/b/a%20b", {}, "PutObject", [["s3:PutObject", "arn:aws:s3:::b/a b"]]],
  ["GET", "/b/k?versionId=1", {}, "GetObject", [["s3:GetObjectVersion", "arn:aws:s3:::b/k"]]],
  ["POST", "/b?delete", {}, "DeleteObjects", [["s3:DeleteObject", "arn:aws:s3:::b/*"]]],
  ["PUT", "/b/k?partNumber=1&uploadId=u", {}, "UploadPart", [["s3:PutObject", "arn:aws:s3:::b/k"]]],
  [
    "PUT",
    "/b/k",
    { "x-amz-copy-source": "/c/x%2By" },
    "CopyObject",
    [
      ["s3:PutObject", "arn:aws:s3:::b/k"],
      ["s3:GetObject", "arn:aws:s3:::c/x+y"],
    ],
  ],
])("%s %s needs its permissions", (method, url, headers, operation, permissions) => {
  expect(requiredPermissions(message(method, url, headers))).toEqual({
    operation,
    permissions: permissions.map(([action, resource]) => ({ action, resource })),
  });
});
