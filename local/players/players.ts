import { autoScalingGroupPlayers } from "../autoscaling-groups/players.ts";
import type { ResourcePlayer, ResourceType } from "../cloudformation/resource-player.ts";
import type { Services } from "../services.ts";
import { scalableTargetPlayer, scalingPolicyPlayer } from "./autoscaling.ts";
import { alarmPlayer, dashboardPlayer } from "./cloudwatch.ts";
import { tablePlayer } from "./dynamodb.ts";
import { ecsPlayers } from "./ecs.ts";
import { fileSystemPlayers } from "./efs.ts";
import { loadBalancerPlayers } from "./elbv2.ts";
import { rulePlayer } from "./events.ts";
import { rolePlayers } from "./iam.ts";
import { keyPlayer } from "./kms.ts";
import {
  eventInvokeConfigPlayer,
  eventSourceMappingPlayer,
  functionPlayer,
  permissionPlayer,
} from "./lambda.ts";
import { logGroupPlayer } from "./logs.ts";
import {
  queuePlayer,
  queuePolicyPlayer,
  subscriptionPlayer,
  topicPlayer,
  topicPolicyPlayer,
} from "./messaging.ts";
import { bucketPlayer, bucketPolicyPlayer } from "./s3.ts";
import { secretPlayer } from "./secretsmanager.ts";
import { parameterPlayer } from "./ssm.ts";

/** Every resource type that the local runtime plays. */
export function createPlayers(
  services: Services,
  listeners: { readonly host: string; readonly consolePort: number },
): Record<ResourceType, ResourcePlayer> {
  const { s3, tables, messaging, eventBridge, lambda, ecs, logs, ssm, secrets, iam, loadBalancers } =
    services;
  const { cloudWatch, autoScaling } = services;
  return {
    "AWS::S3::Bucket": bucketPlayer(s3),
    "AWS::S3::BucketPolicy": bucketPolicyPlayer(s3),
    "AWS::DynamoDB::Table": tablePlayer(tables),
    "AWS::SQS::Queue": queuePlayer(messaging),
    "AWS::SQS::QueuePolicy": queuePolicyPlayer(messaging),
    "AWS::SNS::Topic": topicPlayer(messaging),
    "AWS::SNS::TopicPolicy": topicPolicyPlayer(messaging),
    "AWS::SNS::Subscription": subscriptionPlayer(messaging),
    "AWS::Events::Rule": rulePlayer(eventBridge),
    "AWS::Lambda::Function": functionPlayer(lambda),
    "AWS::Lambda::EventInvokeConfig": eventInvokeConfigPlayer(lambda),
    "AWS::Lambda::EventSourceMapping": eventSourceMappingPlayer(lambda),
    "AWS::Lambda::Permission": permissionPlayer(lambda),
    "AWS::Logs::LogGroup": logGroupPlayer(logs),
    "AWS::CloudWatch::Alarm": alarmPlayer(cloudWatch),
    "AWS::CloudWatch::Dashboard": dashboardPlayer(cloudWatch),
    "AWS::ApplicationAutoScaling::ScalableTarget": scalableTargetPlayer(autoScaling),
    "AWS::ApplicationAutoScaling::ScalingPolicy": scalingPolicyPlayer(autoScaling),
    "AWS::KMS::Key": keyPlayer,
    "AWS::SSM::Parameter": parameterPlayer(ssm),
    "AWS::SecretsManager::Secret": secretPlayer(secrets),
    ...rolePlayers(iam.roles),
    ...ecsPlayers(ecs),
    ...autoScalingGroupPlayers(services.autoScalingGroups),
    ...fileSystemPlayers(services.fileSystems),
    ...loadBalancerPlayers(loadBalancers, { host: listeners.host, firstPort: listeners.consolePort }),
  };
}
