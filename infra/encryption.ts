import { ArnFormat, Duration, type RemovalPolicy, Stack } from "aws-cdk-lib";
import { TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { CfnTopic, Topic } from "aws-cdk-lib/aws-sns";
import type { CfnQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Config } from "./config.ts";

const USE = ["kms:Decrypt", "kms:GenerateDataKey"];

/**
 * Under whose key data and logs are. The stack's own key can be used by whoever may use the data, through the service
 * that keeps it, and by nobody directly: docs/decisions/0012-one-key.md.
 */
export class Encryption extends Construct {
  readonly #data: Key | undefined;
  readonly #logs: Key | undefined;

  constructor(scope: Construct, id: string, config: Config, removalPolicy: RemovalPolicy) {
    super(scope, id);
    const { dataEncryption, logEncryption } = config;
    if (dataEncryption === "aws" && logEncryption === "aws") return;
    const key = new Key(this, "Key", {
      description: "Data and logs of Longshore",
      enableKeyRotation: true,
      removalPolicy,
      pendingWindow: Duration.days(30),
    });
    this.#data = dataEncryption === "own" ? key : undefined;
    this.#logs = logEncryption === "own" ? key : undefined;
    if (this.#data) allowData(this.#data);
    if (this.#logs) allowLogs(this.#logs);
  }

  bucket(): { encryption: BucketEncryption; encryptionKey?: IKey; bucketKeyEnabled?: boolean } {
    return this.#data
      ? // A key of the bucket's own spares a request to KMS for each object.
        { encryption: BucketEncryption.KMS, encryptionKey: this.#data as IKey, bucketKeyEnabled: true }
      : { encryption: BucketEncryption.S3_MANAGED };
  }

  table(): { encryption: TableEncryption; encryptionKey?: IKey } {
    return this.#data
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: this.#data as IKey }
      : { encryption: TableEncryption.AWS_MANAGED };
  }

  logs(): { encryptionKey?: IKey } {
    return this.#logs ? { encryptionKey: this.#logs as IKey } : {};
  }

  /**
   * Puts a queue under the key. Told of it, CDK's queue would add `kms:ReEncrypt*` and `kms:GenerateDataKey*` to every
   * role that it lets in, which the key's own policy makes needless.
   */
  useForQueue(queue: Queue): Queue {
    if (!this.#data) return queue;
    const resource = queue.node.defaultChild as CfnQueue;
    resource.sqsManagedSseEnabled = undefined as never;
    resource.kmsMasterKeyId = this.#data.keyArn;
    // As long as SQS allows: a request to KMS a day for each caller.
    resource.kmsDataKeyReusePeriodSeconds = Duration.days(1).toSeconds();
    return queue;
  }

  /** Puts a topic under the key, for the same reason in the same way. */
  useForTopic(topic: Topic): Topic {
    if (this.#data) (topic.node.defaultChild as CfnTopic).kmsMasterKeyId = this.#data.keyArn;
    return topic;
  }
}

/** Callers of the account come through the services; services that send of themselves come as principals. */
function allowData(key: Key): void {
  const { account, region, urlSuffix } = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "ThroughTheServicesThatKeepData",
      principals: [new AnyPrincipal()],
      actions: [
        ...USE,
        "kms:Encrypt",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:CreateGrant",
        "kms:DescribeKey",
      ],
      resources: ["*"],
      conditions: {
        StringEquals: {
          "kms:CallerAccount": account,
          "kms:ViaService": ["dynamodb", "s3", "sns", "sqs"].map(
            (service) => `${service}.${region}.${urlSuffix}`,
          ),
        },
      },
    }),
  );
  // AWS's guides name no condition that holds for all of them; queue and topic policies name who may send.
  // Sources: SQS developer guide, "Configure KMS permissions for AWS services"; SNS developer guide, the same.
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "ServicesThatSendToQueuesAndTheTopic",
      principals: ["cloudwatch", "events", "sns"].map(
        (service) => new ServicePrincipal(`${service}.amazonaws.com`),
      ),
      actions: USE,
      resources: ["*"],
    }),
  );
}

/** Source: CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS". */
function allowLogs(key: Key): void {
  const stack = Stack.of(key);
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "LogGroupsOfTheAccount",
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: [...USE, "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey"],
      resources: ["*"],
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": stack.formatArn({
            service: "logs",
            resource: "log-group",
            resourceName: "*",
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  );
}
