import { createHash } from "node:crypto";
import { z } from "zod";
import { NotPlayedError } from "../../wire/aws-error.ts";
import { checkAcl } from "../attributes.ts";
import { bucketConfigSchema } from "../bucket-config.ts";
import { checkBucketName } from "../bucket-name.ts";
import { invalidArgument, S3Error } from "../errors.ts";
import { readDocument } from "../incoming-body.ts";
import { BODY_HEADERS, type S3Operation, xmlResponse } from "../operation.ts";
import { bucketOf, header, type S3Request } from "../request.ts";
import type { S3State } from "../state.ts";
import { parseXml, xmlDocument } from "../xml.ts";

/** The account as S3 names owners: 64 hexadecimal digits. */
export function ownerId(s3: S3State): string {
  return createHash("sha256").update(s3.realm.accountId).digest("hex");
}

export const listBuckets: S3Operation = {
  name: "ListBuckets",
  method: "GET",
  level: "service",
  query: ["prefix", "max-buckets", "continuation-token", "bucket-region"],
  run(s3, { query }) {
    const prefix = query.get("prefix") ?? "";
    const after = query.get("continuation-token") ?? "";
    const region = query.get("bucket-region") ?? s3.realm.region;
    const limit = Number(query.get("max-buckets") ?? 10_000);
    if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
      throw invalidArgument("max-buckets must be between 1 and 10000", "max-buckets", String(limit));
    }
    const matching = s3.buckets
      .list()
      .filter(({ name }) => name.startsWith(prefix) && name > after && region === s3.realm.region);
    const page = matching.slice(0, limit);
    return xmlResponse(
      xmlDocument("ListAllMyBucketsResult", {
        Owner: { ID: ownerId(s3) },
        Buckets: {
          Bucket: page.map(({ name, created }) => ({
            Name: name,
            CreationDate: new Date(created),
            BucketRegion: s3.realm.region,
          })),
        },
        ContinuationToken: matching.length > limit ? page.at(-1)?.name : undefined,
        Prefix: query.get("prefix"),
      }),
    );
  },
};

const createBucketBody = z.strictObject({
  LocationConstraint: z.string().optional(),
});

export const createBucket: S3Operation = {
  name: "CreateBucket",
  method: "PUT",
  level: "bucket",
  headers: [...BODY_HEADERS, "x-amz-acl", "x-amz-object-ownership", "x-amz-bucket-object-lock-enabled"],
  async run(s3, request) {
    const name = bucketOf(request);
    checkBucketName(name);
    checkAcl(header(request, "x-amz-acl"));
    if (header(request, "x-amz-bucket-object-lock-enabled")?.toLowerCase() === "true") {
      throw new NotPlayedError("s3 CreateBucket with object lock");
    }
    const { text } = await readDocument(request);
    const body = text === "" ? {} : parseXml(text, "CreateBucketConfiguration", createBucketBody);
    checkLocation(body.LocationConstraint, s3.realm.region);
    const ownership = header(request, "x-amz-object-ownership");
    const config = bucketConfigSchema.safeParse(ownership === undefined ? {} : { ownership });
    if (!config.success) {
      throw invalidArgument(
        "Invalid x-amz-object-ownership header",
        "x-amz-object-ownership",
        String(ownership),
      );
    }
    if (!s3.buckets.find(name)) s3.buckets.create(name, s3.clock.now(), config.data);
    else if (s3.realm.region !== "us-east-1") {
      // us-east-1 answers its owner's repetition with success, for old clients' sake.
      throw new S3Error(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        { members: { BucketName: name } },
      );
    }
    return { status: 200, headers: { location: `/${name}` } };
  },
};

/** Source: S3 API reference, CreateBucket: us-east-1 is said by saying nothing. */
function checkLocation(constraint: string | undefined, region: string): void {
  if (constraint === undefined && region === "us-east-1") return;
  if (constraint === "us-east-1") {
    throw new S3Error("InvalidLocationConstraint", "The specified location-constraint is not valid", {
      members: { LocationConstraint: constraint },
    });
  }
  if (constraint === region) return;
  throw new S3Error(
    "IllegalLocationConstraintException",
    `The ${constraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

export const headBucket: S3Operation = {
  name: "HeadBucket",
  method: "HEAD",
  level: "bucket",
  run(s3, request) {
    s3.buckets.get(bucketOf(request));
    return {
      status: 200,
      headers: { "x-amz-bucket-region": s3.realm.region, "content-type": "application/xml" },
    };
  },
};

export const deleteBucket: S3Operation = {
  name: "DeleteBucket",
  method: "DELETE",
  level: "bucket",
  run(s3, request: S3Request) {
    removeBucket(s3, bucketOf(request));
    return { status: 204 };
  },
};

/** @throws S3Error NoSuchBucket, BucketNotEmpty */
export function removeBucket(s3: S3State, bucketName: string): void {
  const { name } = s3.buckets.get(bucketName);
  if (s3.buckets.isOccupied(name)) {
    throw new S3Error("BucketNotEmpty", "The bucket you tried to delete is not empty", {
      members: { BucketName: name },
    });
  }
  const freed = s3.uploads.idsOf(name).flatMap((uploadId) => {
    s3.uploads.remove(uploadId);
    return s3.parts.clear(uploadId);
  });
  s3.buckets.remove(name);
  s3.files.remove(freed);
}

export const getBucketLocation: S3Operation = {
  name: "GetBucketLocation",
  method: "GET",
  level: "bucket",
  markers: ["location"],
  run(s3, request) {
    s3.buckets.get(bucketOf(request));
    const { region } = s3.realm;
    return xmlResponse(xmlDocument("LocationConstraint", region === "us-east-1" ? "" : region));
  },
};
