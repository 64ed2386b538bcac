import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { BucketSettings } from "../s3/bucket-config.ts";
import type { S3Service } from "../s3/s3.ts";
import { arn } from "../wire/realm.ts";
import { flag, number, readProperties, tagList } from "./properties.ts";

const corsRule = z.strictObject({
  Id: z.string().optional(),
  AllowedHeaders: z.array(z.string()).default([]),
  AllowedMethods: z.array(z.enum(["GET", "PUT", "HEAD", "POST", "DELETE"])),
  AllowedOrigins: z.array(z.string()),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: number.optional(),
});

const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(["Enabled", "Disabled"]),
  Prefix: z.string().default(""),
  ExpirationInDays: number.optional(),
  NoncurrentVersionExpiration: z.strictObject({ NoncurrentDays: number }).optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: number }).optional(),
});

const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(["Enabled", "Suspended"]) }).optional(),
  NotificationConfiguration: z
    .strictObject({
      EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: flag.default(true) }).optional(),
    })
    .optional(),
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.tuple([
        z.strictObject({
          BucketKeyEnabled: flag.default(false),
          ServerSideEncryptionByDefault: z.strictObject({
            SSEAlgorithm: z.enum(["AES256", "aws:kms"]),
            KMSMasterKeyID: z.string().optional(),
          }),
        }),
      ]),
    })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.default(false),
      BlockPublicPolicy: flag.default(false),
      IgnorePublicAcls: flag.default(false),
      RestrictPublicBuckets: flag.default(false),
    })
    .optional(),
  CorsConfiguration: z.strictObject({ CorsRules: z.array(corsRule) }).optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  // The log of who asked is AWS's own to write; nothing here writes one.
  LoggingConfiguration: z
    .strictObject({ DestinationBucketName: z.string().optional(), LogFilePrefix: z.string().optional() })
    .optional(),
  OwnershipControls: z
    .strictObject({
      Rules: z.tuple([
        z.strictObject({
          ObjectOwnership: z.enum(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
        }),
      ]),
    })
    .optional(),
  Tags: tagList.optional(),
});

type BucketProperties = z.output<typeof bucketProperties>;

/** `AWS::S3::Bucket`. Lifecycle rules are kept and shown; no object expires locally. */
export function bucketPlayer(s3: S3Service): ResourcePlayer {
  return {
    async play(resource) {
      const properties = readProperties(resource, bucketProperties);
      const name = properties.BucketName ?? resource.physicalName();
      s3.createBucket(name, bucketConfig(properties));
      const { region } = resource.context.realm;
      return {
        ref: name,
        attributes: {
          Arn: arn({ ...resource.context.realm, accountId: "" }, "s3", name, ""),
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
          DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
        },
      };
    },
    async remove({ ref }) {
      s3.removeBucket(ref);
    },
  };
}

const policyProperties = z.strictObject({
  Bucket: z.string(),
  PolicyDocument: z.record(z.string(), z.unknown()),
});

/** `AWS::S3::BucketPolicy`. */
export function bucketPolicyPlayer(s3: S3Service): ResourcePlayer {
  return {
    async play(resource) {
      const { Bucket, PolicyDocument } = readProperties(resource, policyProperties);
      s3.configureBucket(Bucket, { policy: JSON.stringify(PolicyDocument) });
      return { ref: Bucket, attributes: {} };
    },
    async remove({ ref }) {
      if (s3.bucketConfig(ref)) s3.configureBucket(ref, { policy: undefined });
    },
  };
}

function bucketConfig(properties: BucketProperties): BucketSettings {
  const encryption = properties.BucketEncryption?.ServerSideEncryptionConfiguration[0];
  const block = properties.PublicAccessBlockConfiguration;
  return {
    versioning: properties.VersioningConfiguration?.Status,
    eventBridge: properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled ?? false,
    ...(encryption && {
      encryption: {
        algorithm: encryption.ServerSideEncryptionByDefault.SSEAlgorithm,
        bucketKeyEnabled: encryption.BucketKeyEnabled,
        ...(encryption.ServerSideEncryptionByDefault.KMSMasterKeyID !== undefined && {
          kmsKeyId: encryption.ServerSideEncryptionByDefault.KMSMasterKeyID,
        }),
      },
    }),
    ...(block && {
      publicAccessBlock: {
        blockPublicAcls: block.BlockPublicAcls,
        blockPublicPolicy: block.BlockPublicPolicy,
        ignorePublicAcls: block.IgnorePublicAcls,
        restrictPublicBuckets: block.RestrictPublicBuckets,
      },
    }),
    cors: properties.CorsConfiguration?.CorsRules.map((rule) => ({
      allowedOrigins: rule.AllowedOrigins,
      allowedMethods: rule.AllowedMethods,
      allowedHeaders: rule.AllowedHeaders,
      exposeHeaders: rule.ExposedHeaders,
      ...(rule.Id !== undefined && { id: rule.Id }),
      ...(rule.MaxAge !== undefined && { maxAgeSeconds: rule.MaxAge }),
    })),
    lifecycle: properties.LifecycleConfiguration?.Rules.map(lifecycleElement),
    ...(properties.OwnershipControls && {
      ownership: properties.OwnershipControls.Rules[0].ObjectOwnership,
    }),
    tags: properties.Tags?.map(({ Key, Value }) => ({ key: Key, value: Value })),
  };
}

/** A rule in the elements of S3's own API. */
function lifecycleElement(rule: z.output<typeof lifecycleRule>, index: number) {
  return {
    ID: rule.Id ?? `rule-${index + 1}`,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix },
    ...(rule.ExpirationInDays !== undefined && { Expiration: { Days: rule.ExpirationInDays } }),
    ...(rule.NoncurrentVersionExpiration && {
      NoncurrentVersionExpiration: { NoncurrentDays: rule.NoncurrentVersionExpiration.NoncurrentDays },
    }),
    ...(rule.AbortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: {
        DaysAfterInitiation: rule.AbortIncompleteMultipartUpload.DaysAfterInitiation,
      },
    }),
  };
}
