import { z } from "zod";
import { checkTags } from "../attributes.ts";
import type { BucketConfig } from "../bucket-config.ts";
import { malformedXml, S3Error } from "../errors.ts";
import { readDocument, readXml } from "../incoming-body.ts";
import { BODY_HEADERS, type S3Operation, type S3Response, xmlResponse } from "../operation.ts";
import { bucketOf, type S3Request } from "../request.ts";
import type { S3State } from "../state.ts";
import { xmlDocument } from "../xml.ts";
import { tagSet } from "./tag-set.ts";

const configOf = (s3: S3State, request: S3Request): BucketConfig => s3.buckets.get(bucketOf(request)).config;

export const getBucketVersioning: S3Operation = {
  name: "GetBucketVersioning",
  method: "GET",
  level: "bucket",
  markers: ["versioning"],
  run: (s3, request) =>
    xmlResponse(xmlDocument("VersioningConfiguration", { Status: configOf(s3, request).versioning })),
};

const versioningBody = z.strictObject({ Status: z.enum(["Enabled", "Suspended"]) });

export const putBucketVersioning: S3Operation = {
  name: "PutBucketVersioning",
  method: "PUT",
  level: "bucket",
  markers: ["versioning"],
  headers: BODY_HEADERS,
  async run(s3, request) {
    const { name } = s3.buckets.get(bucketOf(request));
    const { Status } = await readXml(request, "VersioningConfiguration", versioningBody);
    s3.buckets.configure(name, { versioning: Status });
    return { status: 200 };
  },
};

export const getBucketNotification: S3Operation = {
  name: "GetBucketNotificationConfiguration",
  method: "GET",
  level: "bucket",
  markers: ["notification"],
  run: (s3, request) =>
    xmlResponse(
      xmlDocument("NotificationConfiguration", {
        EventBridgeConfiguration: configOf(s3, request).eventBridge ? "" : undefined,
      }),
    ),
};

/** Queues, topics and functions as targets are refused: the schema does not know them. */
const notificationBody = z.strictObject({ EventBridgeConfiguration: z.literal("").optional() });

export const putBucketNotification: S3Operation = {
  name: "PutBucketNotificationConfiguration",
  method: "PUT",
  level: "bucket",
  markers: ["notification"],
  headers: [...BODY_HEADERS, "x-amz-skip-destination-validation"],
  async run(s3, request) {
    const { name } = s3.buckets.get(bucketOf(request));
    const body = await readXml(request, "NotificationConfiguration", notificationBody);
    s3.buckets.configure(name, { eventBridge: body.EventBridgeConfiguration !== undefined });
    return { status: 200 };
  },
};

export const getBucketPolicy: S3Operation = {
  name: "GetBucketPolicy",
  method: "GET",
  level: "bucket",
  markers: ["policy"],
  run(s3, request) {
    const { policy } = configOf(s3, request);
    if (policy !== undefined)
      return { status: 200, headers: { "content-type": "application/json" }, body: policy };
    throw new S3Error("NoSuchBucketPolicy", "The bucket policy does not exist", {
      members: { BucketName: request.bucket },
    });
  },
};

const policyBody = z.looseObject({ Statement: z.union([z.array(z.looseObject({})), z.looseObject({})]) });

export const putBucketPolicy: S3Operation = {
  name: "PutBucketPolicy",
  method: "PUT",
  level: "bucket",
  markers: ["policy"],
  headers: BODY_HEADERS,
  async run(s3, request) {
    const { name } = s3.buckets.get(bucketOf(request));
    const { text } = await readDocument(request);
    if (!policyBody.safeParse(parseJson(text)).success) {
      throw new S3Error("MalformedPolicy", "Policies must be valid JSON and have a Statement");
    }
    s3.buckets.configure(name, { policy: text });
    return { status: 204 };
  },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new S3Error("MalformedPolicy", "Policies must be valid JSON", { cause });
  }
}

export const deleteBucketPolicy = removal("Policy", "policy", { policy: undefined });

/** A DELETE that takes one setting away. */
function removal(
  what: string,
  marker: string,
  change: { policy?: undefined; cors?: undefined; tags?: undefined },
): S3Operation {
  return {
    name: `DeleteBucket${what}`,
    method: "DELETE",
    level: "bucket",
    markers: [marker],
    run(s3, request): S3Response {
      s3.buckets.configure(s3.buckets.get(bucketOf(request)).name, change);
      return { status: 204 };
    },
  };
}

export const getBucketCors: S3Operation = {
  name: "GetBucketCors",
  method: "GET",
  level: "bucket",
  markers: ["cors"],
  run(s3, request) {
    const { cors } = configOf(s3, request);
    if (!cors) {
      throw new S3Error("NoSuchCORSConfiguration", "The CORS configuration does not exist", {
        members: { BucketName: request.bucket },
      });
    }
    const rules = cors.map((rule) => ({
      ID: rule.id,
      AllowedHeader: rule.allowedHeaders,
      AllowedMethod: rule.allowedMethods,
      AllowedOrigin: rule.allowedOrigins,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    }));
    return xmlResponse(xmlDocument("CORSConfiguration", { CORSRule: rules }));
  },
};

const oneStar = z.string().refine((text) => text.split("*").length <= 2);
const corsBody = z.strictObject({
  CORSRule: z
    .array(
      z.strictObject({
        ID: z.string().max(255).optional(),
        AllowedHeader: z.array(oneStar).default([]),
        AllowedMethod: z.array(z.enum(["GET", "PUT", "HEAD", "POST", "DELETE"])).min(1),
        AllowedOrigin: z.array(oneStar).min(1),
        ExposeHeader: z.array(z.string()).default([]),
        MaxAgeSeconds: z.coerce.number().int().nonnegative().optional(),
      }),
    )
    .min(1)
    .max(100),
});

export const putBucketCors: S3Operation = {
  name: "PutBucketCors",
  method: "PUT",
  level: "bucket",
  markers: ["cors"],
  headers: BODY_HEADERS,
  async run(s3, request) {
    const { name } = s3.buckets.get(bucketOf(request));
    const lists = ["CORSRule", "AllowedHeader", "AllowedMethod", "AllowedOrigin", "ExposeHeader"];
    const { CORSRule } = await readXml(request, "CORSConfiguration", corsBody, lists);
    const cors = CORSRule.map((rule) => ({
      ...(rule.ID === undefined ? {} : { id: rule.ID }),
      allowedHeaders: rule.AllowedHeader,
      allowedMethods: rule.AllowedMethod,
      allowedOrigins: rule.AllowedOrigin,
      exposeHeaders: rule.ExposeHeader,
      ...(rule.MaxAgeSeconds === undefined ? {} : { maxAgeSeconds: rule.MaxAgeSeconds }),
    }));
    s3.buckets.configure(name, { cors });
    return { status: 200 };
  },
};

export const deleteBucketCors = removal("Cors", "cors", { cors: undefined });

export const getBucketTagging: S3Operation = {
  name: "GetBucketTagging",
  method: "GET",
  level: "bucket",
  markers: ["tagging"],
  run(s3, request) {
    const { tags } = configOf(s3, request);
    if (tags && tags.length > 0) return xmlResponse(tagSet.write(tags));
    throw new S3Error("NoSuchTagSet", "The TagSet does not exist", {
      members: { BucketName: request.bucket },
    });
  },
};

export const putBucketTagging: S3Operation = {
  name: "PutBucketTagging",
  method: "PUT",
  level: "bucket",
  markers: ["tagging"],
  headers: BODY_HEADERS,
  async run(s3, request) {
    const { name } = s3.buckets.get(bucketOf(request));
    const tags = checkTags(await tagSet.read(request), 50);
    if (tags.length === 0) throw malformedXml();
    s3.buckets.configure(name, { tags });
    return { status: 204 };
  },
};

export const deleteBucketTagging = removal("Tagging", "tagging", { tags: undefined });
