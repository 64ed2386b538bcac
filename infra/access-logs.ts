import { Duration, type RemovalPolicy, Stack } from "aws-cdk-lib";
import { FlowLogDestination, FlowLogTrafficType, type Vpc } from "aws-cdk-lib/aws-ec2";
import type { ApplicationLoadBalancer, NetworkLoadBalancer } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

export interface AccessLogsProps {
  /** Days after which a log file is deleted. */
  readonly retentionDays: number;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Who asked for what: one bucket for the access logs of the other buckets and of the load balancer, and for the
 * traffic that the network refused. S3 keeps them for a tenth of what CloudWatch Logs takes.
 */
export class AccessLogs extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retentionDays, removalPolicy }: AccessLogsProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      // The only encryption that load balancers can write with.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy,
      lifecycleRules: [
        {
          expiration: Duration.days(retentionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
  }

  /** Refused traffic alone: it shows what a security group stops, and costs cents where all traffic would cost dollars. */
  ofNetwork(vpc: Vpc): void {
    vpc.addFlowLog("RefusedTraffic", {
      destination: FlowLogDestination.toS3(this.bucket as IBucket, "network/"),
      trafficType: FlowLogTrafficType.REJECT,
    });
  }

  /**
   * As `logAccessLogs` would, which wants to know the region to find an older principal; this one holds in every
   * region. Source: Elastic Load Balancing user guide, "Enable access logs for your Application Load Balancer".
   */
  ofApplicationLoadBalancer(loadBalancer: ApplicationLoadBalancer): void {
    const prefix = "load-balancer";
    const { account } = Stack.of(this);
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
        actions: ["s3:PutObject"],
        resources: [this.bucket.arnForObjects(`${prefix}/AWSLogs/${account}/*`)],
      }),
    );
    this.#turnOn(loadBalancer, prefix);
  }

  /** Of TLS connections: AWS logs no others. Source: same guide, "Access logs for your Network Load Balancer". */
  ofNetworkLoadBalancer(loadBalancer: NetworkLoadBalancer): void {
    const prefix = "network-load-balancer";
    const stack = Stack.of(this);
    const principals = [new ServicePrincipal("delivery.logs.amazonaws.com")];
    const conditions = {
      StringEquals: { "aws:SourceAccount": stack.account },
      ArnLike: { "aws:SourceArn": stack.formatArn({ service: "logs", resource: "*" }) },
    };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ["s3:PutObject"],
        resources: [this.bucket.arnForObjects(`${prefix}/AWSLogs/${stack.account}/*`)],
        conditions: {
          ...conditions,
          StringEquals: { ...conditions.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
        },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ["s3:GetBucketAcl"],
        resources: [this.bucket.bucketArn],
        conditions,
      }),
    );
    this.#turnOn(loadBalancer, prefix);
  }

  #turnOn(loadBalancer: ApplicationLoadBalancer | NetworkLoadBalancer, prefix: string): void {
    loadBalancer.setAttribute("access_logs.s3.enabled", "true");
    loadBalancer.setAttribute("access_logs.s3.bucket", this.bucket.bucketName);
    loadBalancer.setAttribute("access_logs.s3.prefix", prefix);
    // The load balancer tries to write as soon as it is told to.
    if (this.bucket.policy) loadBalancer.node.addDependency(this.bucket.policy);
  }
}
