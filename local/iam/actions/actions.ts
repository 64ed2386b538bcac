import { applicationAutoscalingActions } from "./application-autoscaling.ts";
import { autoscalingActions } from "./autoscaling.ts";
import { cloudformationActions } from "./cloudformation.ts";
import { cloudwatchActions } from "./cloudwatch.ts";
import { dynamodbActions } from "./dynamodb.ts";
import { ecsActions } from "./ecs.ts";
import { elasticloadbalancingActions } from "./elasticloadbalancing.ts";
import { eventsActions } from "./events.ts";
import { lambdaActions } from "./lambda.ts";
import { logsActions } from "./logs.ts";
import type { ActionMappings } from "./requirement.ts";
import { s3Actions } from "./s3.ts";
import { secretsmanagerActions } from "./secretsmanager.ts";
import { snsActions } from "./sns.ts";
import { sqsActions } from "./sqs.ts";
import { ssmActions } from "./ssm.ts";
import { stsActions } from "./sts.ts";

/** What each operation asks IAM, by signing name and operation. */
export const ACTIONS: Readonly<Record<string, ActionMappings>> = {
  "application-autoscaling": applicationAutoscalingActions,
  autoscaling: autoscalingActions,
  cloudformation: cloudformationActions,
  dynamodb: dynamodbActions,
  ecs: ecsActions,
  elasticloadbalancing: elasticloadbalancingActions,
  events: eventsActions,
  lambda: lambdaActions,
  logs: logsActions,
  monitoring: cloudwatchActions,
  s3: s3Actions,
  secretsmanager: secretsmanagerActions,
  sns: snsActions,
  sqs: sqsActions,
  ssm: ssmActions,
  sts: stsActions,
};
