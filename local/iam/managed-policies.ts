import { type NamedPolicy, parsePolicy } from "./policy-document.ts";

const PREFIX = "arn:aws:iam::aws:policy/";

const allow = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });

/** AWS managed policies that are played, by the part of their ARN behind `policy/`. (AWS managed policy reference) */
const STATEMENTS: Readonly<Record<string, readonly object[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": [
    allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
  ],
  "service-role/AWSLambdaVPCAccessExecutionRole": [
    allow(
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ),
  ],
  "service-role/AWSLambdaSQSQueueExecutionRole": [
    allow(
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ),
  ],
  "service-role/AmazonECSTaskExecutionRolePolicy": [
    allow(
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ),
  ],
  "service-role/AmazonEC2ContainerServiceforEC2Role": [
    allow(
      "ec2:DescribeTags",
      "ecs:CreateCluster",
      "ecs:DeregisterContainerInstance",
      "ecs:DiscoverPollEndpoint",
      "ecs:Poll",
      "ecs:RegisterContainerInstance",
      "ecs:StartTelemetrySession",
      "ecs:UpdateContainerInstancesState",
      "ecs:Submit*",
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ),
    {
      Effect: "Allow",
      Action: "ecs:TagResource",
      Resource: "*",
      Condition: {
        StringEquals: { "ecs:CreateAction": ["CreateCluster", "RegisterContainerInstance"] },
      },
    },
  ],
  AmazonSSMManagedInstanceCore: [
    allow(
      "ssm:DescribeAssociation",
      "ssm:GetDeployablePatchSnapshotForInstance",
      "ssm:GetDocument",
      "ssm:DescribeDocument",
      "ssm:GetManifest",
      "ssm:GetParameter",
      "ssm:GetParameters",
      "ssm:ListAssociations",
      "ssm:ListInstanceAssociations",
      "ssm:PutInventory",
      "ssm:PutComplianceItems",
      "ssm:PutConfigurePackageResult",
      "ssm:UpdateAssociationStatus",
      "ssm:UpdateInstanceAssociationStatus",
      "ssm:UpdateInstanceInformation",
    ),
    allow(
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ),
    allow(
      "ec2messages:AcknowledgeMessage",
      "ec2messages:DeleteMessage",
      "ec2messages:FailMessage",
      "ec2messages:GetEndpoint",
      "ec2messages:GetMessages",
      "ec2messages:SendReply",
    ),
  ],
  CloudWatchAgentServerPolicy: [
    allow(
      "cloudwatch:PutMetricData",
      "ec2:DescribeVolumes",
      "ec2:DescribeTags",
      "logs:PutLogEvents",
      "logs:PutRetentionPolicy",
      "logs:DescribeLogStreams",
      "logs:DescribeLogGroups",
      "logs:CreateLogStream",
      "logs:CreateLogGroup",
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:GetSamplingStatisticSummaries",
    ),
    {
      Effect: "Allow",
      Action: "ssm:GetParameter",
      Resource: "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*",
    },
  ],
};

/** The AWS managed policy of an ARN; undefined when it is not played, or not one of AWS. */
export function managedPolicy(arn: string): NamedPolicy | undefined {
  const Statement = arn.startsWith(PREFIX) ? STATEMENTS[arn.slice(PREFIX.length)] : undefined;
  return Statement && parsePolicy(arn, { Version: "2012-10-17", Statement });
}
