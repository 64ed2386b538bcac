import { NotPlayedError } from "../../wire/aws-error.ts";
import type { Signer } from "../../wire/service.ts";
import { ATTRIBUTE_HEADERS, checkTags, encryptionHeaders, readAttributes } from "../attributes.ts";
import { type Checksum, checksumMismatch, DEFAULT_ALGORITHM, statedChecksum } from "../checksums.ts";
import { type Committed, commitVersion, liveVersion } from "../commit-version.ts";
import { checkWrite, readConditions } from "../conditions.ts";
import { readDigested } from "../digested.ts";
import { S3Error } from "../errors.ts";
import { readUploadForm, type UploadForm } from "../form-data.ts";
import { MAX_SINGLE_UPLOAD_BYTES } from "../incoming-body.ts";
import type { S3Operation, S3Response } from "../operation.ts";
import { checkFormSignature, checkPolicy, type SizeRange } from "../post-policy.ts";
import { bucketOf, checkKey, header, type S3Request } from "../request.ts";
import type { S3State } from "../state.ts";
import { withSpooled } from "../with-spooled.ts";
import { parseXml, xmlDocument } from "../xml.ts";
import { tagSetBody } from "./tag-set.ts";

/** Form fields that become the object's headers, under the same name. */
const HEADER_FIELDS = ["content-type", "cache-control", "content-disposition", "content-encoding", "expires"];
/** `x-amz-*` fields that are understood. */
const AMZ_FIELDS = /^x-amz-(algorithm|credential|date|signature|security-token|meta-.+|checksum-.+)$/;

export const postObject: S3Operation = {
  name: "PostObject",
  method: "POST",
  level: "bucket",
  async run(s3, request) {
    const bucket = bucketOf(request);
    const { config } = s3.buckets.get(bucket);
    const contentType = header(request, "content-type") ?? "";
    if (!contentType.toLowerCase().startsWith("multipart/form-data")) {
      throw new S3Error("InvalidRequest", "Bucket POST must be of the enclosure-type multipart/form-data");
    }
    const form = await readUploadForm(contentType, request.body.iterator({ destroyOnReturn: false }));
    const fields = expandFields(form, bucket);
    const range = authorize(s3, fields);
    const key = checkKey(fields.get("key") ?? "");
    if (key === "") {
      throw new S3Error(
        "UserKeyMustBeSpecified",
        "The bucket POST must contain the specified field name: key.",
      );
    }
    const described: S3Request = { ...request, key, headers: headersOf(fields) };
    const attributes = readAttributes(described, config, s3.realm);
    const tagging = fields.get("tagging");
    const tags =
      tagging === undefined
        ? []
        : checkTags(
            parseXml(tagging, "Tagging", tagSetBody, ["Tag"]).TagSet.Tag.map((tag) => ({
              key: tag.Key,
              value: tag.Value,
            })),
          );
    request.authorize?.(
      "PostObject",
      { ...described, headers: withTags(described.headers, tags) },
      signerOf(fields),
    );
    const conditions = readConditions(described);
    checkWrite(conditions, key, liveVersion(s3, bucket, key));

    const stated = statedChecksum(described.headers);
    const algorithm = stated?.algorithm ?? DEFAULT_ALGORITHM;
    const digested = readDigested(withinRange(form.file.chunks, range), algorithm);
    return await withSpooled(s3, digested.chunks, (spooled) => {
      if (spooled.size < range.min) {
        throw new S3Error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
          members: { ProposedSize: spooled.size, MinSizeAllowed: range.min },
        });
      }
      const { md5, checksum: value } = digested.finish();
      if (stated && stated.value !== value) throw checksumMismatch(stated.algorithm);
      const checksum: Checksum = { algorithm, value, type: "FULL_OBJECT" };
      const { size } = spooled;
      const committed = commitVersion(
        s3,
        { bucket, key, size, etag: md5, attributes, tags, checksum, partCount: null, uploadId: null },
        {
          origin: request,
          reason: "POST Object",
          conditions,
          fill: (content) =>
            s3.parts.put(content, { ...spooled, number: 1, md5, checksum: value, modified: s3.clock.now() }),
        },
      );
      return answer(request, fields, key, md5, committed, encryptionHeaders(attributes));
    });
  },
};

/** `${filename}` may stand in any field, and is replaced before the policy is looked at. */
function expandFields(form: UploadForm, bucket: string): Map<string, string> {
  const fields = new Map([["bucket", bucket]]);
  for (const [name, value] of form.fields) {
    const plain = name === "policy" || name === "bucket";
    fields.set(name, plain ? value : value.replaceAll("$" + "{filename}", () => form.file.name));
  }
  return fields;
}

function authorize(s3: S3State, fields: ReadonlyMap<string, string>): SizeRange {
  const policy = fields.get("policy");
  if (policy === undefined) throw new S3Error("AccessDenied", "Access Denied");
  checkFormSignature(policy, fields, s3.secretFor);
  return checkPolicy(policy, fields, Date.now());
}

/** IAM is asked about a form's tags as about those of a header. */
function withTags(headers: S3Request["headers"], tags: readonly { key: string; value: string }[]) {
  if (tags.length === 0) return headers;
  const tagging = new URLSearchParams(tags.map(({ key, value }): [string, string] => [key, value]));
  return { ...headers, "x-amz-tagging": tagging.toString() };
}

/** The form's signature has been verified by then. */
function signerOf(fields: ReadonlyMap<string, string>): Signer {
  const [credentialKey = ""] = (fields.get("x-amz-credential") ?? "").split("/");
  return {
    accessKeyId: fields.has("x-amz-signature") ? credentialKey : (fields.get("awsaccesskeyid") ?? ""),
    sessionToken: fields.get("x-amz-security-token"),
  };
}

function headersOf(fields: ReadonlyMap<string, string>): Record<string, string> {
  const headers: Record<string, string> = {};
  const acl = fields.get("acl");
  if (acl !== undefined) headers["x-amz-acl"] = acl;
  for (const [name, value] of fields) {
    if (HEADER_FIELDS.includes(name) || name === "if-none-match") headers[name] = value;
    if (!name.startsWith("x-amz-")) continue;
    if (!AMZ_FIELDS.test(name) && !ATTRIBUTE_HEADERS.includes(name)) {
      throw new NotPlayedError(`s3 PostObject: form field ${name}`);
    }
    headers[name] = value;
  }
  return headers;
}

async function* withinRange(chunks: AsyncIterable<Buffer>, range: SizeRange): AsyncGenerator<Buffer> {
  const limit = Math.min(range.max, MAX_SINGLE_UPLOAD_BYTES);
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) {
      throw new S3Error("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
        members: { ProposedSize: size, MaxSizeAllowed: limit },
      });
    }
    yield chunk;
  }
}

/** Source: S3 API reference, POST Object: redirect, else the wanted status, else 204. */
function answer(
  request: S3Request,
  fields: ReadonlyMap<string, string>,
  key: string,
  md5: string,
  committed: Committed,
  encryption: Record<string, string>,
): S3Response {
  const bucket = bucketOf(request);
  const etag = `"${md5}"`;
  const path = key.split("/").map(encodeURIComponent).join("/");
  const location = `http://${header(request, "host") ?? "localhost"}/${bucket}/${path}`;
  const headers = { etag, location, "x-amz-version-id": committed.versionId, ...encryption };
  const redirect = fields.get("success_action_redirect") ?? fields.get("redirect");
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) target.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, location: target.href } };
  }
  const status = fields.get("success_action_status");
  if (status === "200") return { status: 200, headers };
  if (status !== "201") return { status: 204, headers };
  return {
    status: 201,
    headers: { ...headers, "content-type": "application/xml" },
    body: xmlDocument("PostResponse", { Location: location, Bucket: bucket, Key: key, ETag: etag }, ""),
  };
}
