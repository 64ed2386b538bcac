import { operations as autoScalingOperations } from "../autoscaling/operations/operations.ts";
import { operations as autoScalingGroupOperations } from "../autoscaling-groups/operations.ts";
import { operations as cloudFormationOperations } from "../cloudformation/operations.ts";
import { operations as cloudWatchOperations } from "../cloudwatch/operations/operations.ts";
import { ecsOperations } from "../ecs/wire.ts";
import { operations as elbOperations } from "../elbv2/operations.ts";
import { tableOperations } from "../embedded/dynamodb/operations.ts";
import { snsOperations } from "../embedded/sns/operations.ts";
import { sqsOperations } from "../embedded/sqs/operations.ts";
import { operations as eventBridgeOperations } from "../eventbridge/operations/index.ts";
import { operations as lambdaOperations } from "../lambda/operations/index.ts";
import { logsOperations } from "../logs/operations.ts";
import { OPERATIONS as s3Operations } from "../s3/operations.ts";
import { secretsManagerOperations } from "../secretsmanager/operations.ts";
import { ssmOperations } from "../ssm/operations.ts";

/** Titles and operations of the services, by signing name, from the registries that answer requests. */
export const PLAYED: Readonly<
  Record<string, { readonly title: string; readonly operations: readonly string[] }>
> = {
  "application-autoscaling": {
    title: "Application Auto Scaling",
    operations: Object.keys(autoScalingOperations),
  },
  autoscaling: { title: "EC2 Auto Scaling", operations: Object.keys(autoScalingGroupOperations) },
  cloudformation: { title: "CloudFormation", operations: Object.keys(cloudFormationOperations) },
  dynamodb: { title: "DynamoDB", operations: Object.keys(tableOperations()) },
  ecs: { title: "Elastic Container Service", operations: Object.keys(ecsOperations) },
  elasticloadbalancing: { title: "Elastic Load Balancing v2", operations: Object.keys(elbOperations) },
  events: { title: "EventBridge", operations: Object.keys(eventBridgeOperations) },
  lambda: { title: "Lambda", operations: Object.keys(lambdaOperations) },
  logs: { title: "CloudWatch Logs", operations: Object.keys(logsOperations) },
  monitoring: { title: "CloudWatch", operations: Object.keys(cloudWatchOperations) },
  s3: { title: "S3", operations: s3Operations.map(({ name }) => name) },
  secretsmanager: { title: "Secrets Manager", operations: Object.keys(secretsManagerOperations) },
  sns: { title: "SNS", operations: Object.keys(snsOperations) },
  sqs: { title: "SQS", operations: Object.keys(sqsOperations) },
  ssm: { title: "Systems Manager Parameter Store", operations: Object.keys(ssmOperations) },
  sts: { title: "Security Token Service", operations: ["AssumeRole", "GetCallerIdentity"] },
};
