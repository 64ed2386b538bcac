import type { BucketConfig } from "../bucket-config.ts";
import { S3Error } from "../errors.ts";
import { type S3Operation, xmlResponse } from "../operation.ts";
import { bucketOf } from "../request.ts";
import { type XmlValue, xmlDocument } from "../xml.ts";

/** Settings that the template decides and the API only shows. */
export const bucketReadouts: readonly S3Operation[] = [
  readout("GetBucketEncryption", "encryption", ({ encryption }) => [
    "ServerSideEncryptionConfiguration",
    {
      Rule: {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: encryption.algorithm,
          KMSMasterKeyID: encryption.kmsKeyId,
        },
        BucketKeyEnabled: encryption.bucketKeyEnabled,
      },
    },
  ]),
  readout("GetPublicAccessBlock", "publicAccessBlock", (config) => {
    const block = config.publicAccessBlock;
    if (!block) {
      throw new S3Error(
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
      );
    }
    return [
      "PublicAccessBlockConfiguration",
      {
        BlockPublicAcls: block.blockPublicAcls,
        IgnorePublicAcls: block.ignorePublicAcls,
        BlockPublicPolicy: block.blockPublicPolicy,
        RestrictPublicBuckets: block.restrictPublicBuckets,
      },
    ];
  }),
  readout("GetBucketOwnershipControls", "ownershipControls", (config) => [
    "OwnershipControls",
    { Rule: { ObjectOwnership: config.ownership } },
  ]),
  readout("GetBucketLifecycleConfiguration", "lifecycle", ({ lifecycle }) => {
    if (!lifecycle) {
      throw new S3Error("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
    }
    return ["LifecycleConfiguration", { Rule: lifecycle }];
  }),
];

function readout(
  name: string,
  marker: string,
  show: (config: BucketConfig) => readonly [root: string, content: XmlValue],
): S3Operation {
  return {
    name,
    method: "GET",
    level: "bucket",
    markers: [marker],
    run: (s3, request) => xmlResponse(xmlDocument(...show(s3.buckets.get(bucketOf(request)).config))),
  };
}
