import type { AutoScaling } from "../autoscaling/create-autoscaling.ts";
import type { AutoScalingGroups } from "../autoscaling-groups/groups.ts";
import type { CloudWatch } from "../cloudwatch/create-cloudwatch.ts";
import type { Ecs } from "../ecs/create-ecs.ts";
import type { FileSystems } from "../efs/file-systems.ts";
import type { LoadBalancers } from "../elbv2/create-load-balancers.ts";
import type { Messaging } from "../embedded/messaging.ts";
import type { EventBridge } from "../eventbridge/eventbridge.ts";
import type { Faults } from "../faults/faults.ts";
import type { Authorizer } from "../iam/authorizer.ts";
import type { Lambda } from "../lambda/create-lambda.ts";
import type { Logs } from "../logs/create-logs.ts";
import type { S3Service } from "../s3/s3.ts";
import type { SecretsManager } from "../secretsmanager/create-secrets-manager.ts";
import type { Ssm } from "../ssm/create-ssm.ts";

/**
 * The services as they know each other. They are made one after another and call each other in circles (an alarm
 * scales a service, whose tasks are measured by alarms), so what connects them looks its peers up when it is called,
 * never while it is made.
 */
export interface Peers {
  readonly authorizer: Authorizer;
  readonly autoScaling: AutoScaling;
  readonly autoScalingGroups: AutoScalingGroups;
  readonly cloudWatch: CloudWatch;
  readonly ecs: Ecs;
  readonly eventBridge: EventBridge;
  readonly faults: Faults;
  readonly fileSystems: FileSystems;
  readonly lambda: Lambda;
  readonly loadBalancers: LoadBalancers;
  readonly logs: Logs;
  readonly messaging: Messaging;
  readonly s3: S3Service;
  readonly secrets: SecretsManager;
  readonly ssm: Ssm;
}
