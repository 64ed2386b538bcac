/** For each operation that is played: an input, and what IAM is asked. */
type Case = readonly [service: string, operation: string, input: object, asked: readonly string[]];

const ARN = "arn:aws";
const HERE = "us-east-1:000000000000";
const QUEUE = { QueueUrl: "http://127.0.0.1:4566/000000000000/jobs" };
const TOPIC = { TopicArn: `${ARN}:sns:${HERE}:alerts` };
const SUBSCRIPTION = { SubscriptionArn: `${ARN}:sns:${HERE}:alerts:6f1c` };
const TABLE = { TableName: "jobs" };
const STREAM = { logGroupName: "/ecs/processor", logStreamName: "a/b/c" };
const STACK = { StackName: "Longshore" };
const stack = "stack/Longshore/a8336c0e-c866-89cf-a679-bcd518865557";

/** As `simple`, for services whose actions begin with another name than the one that requests are signed for. */
const named = (
  prefix: string,
  service: string,
  operations: string,
  input: object,
  resource: string,
): Case[] =>
  operations
    .split(" ")
    .map((operation) => [service, operation, input, [`${prefix}:${operation} ${resource}`]]);

/** An operation whose input names one resource, and which needs the action of its own name on it. */
const simple = (service: string, operations: string, input: object, resource: string): Case[] =>
  named(service, service, operations, input, resource);

const s3 = (operation: string, request: string, asked: readonly string[], headers: object = {}): Case => {
  const [path = "", query] = request.split("?");
  const [bucket, ...key] = path.split("/");
  const input = { bucket, key: key.length > 0 ? key.join("/") : undefined };
  return ["s3", operation, { ...input, query: new URLSearchParams(query), headers }, asked];
};

export const CASES: readonly Case[] = [
  ...simple(
    "cloudformation",
    "DescribeStacks DescribeStackEvents DescribeStackResource DescribeStackResources GetTemplate ListStackResources",
    STACK,
    stack,
  ),
  ["cloudformation", "DescribeStacks", {}, ["cloudformation:DescribeStacks *"]],
  ...simple("cloudformation", "ListExports ListStacks", {}, "*"),

  ...simple(
    "dynamodb",
    "DeleteItem DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive GetItem PutItem Query Scan UpdateItem UpdateTable UpdateTimeToLive CreateTable",
    TABLE,
    "table/jobs",
  ),
  ...simple(
    "dynamodb",
    "ListTagsOfResource TagResource UntagResource",
    { ResourceArn: `${ARN}:dynamodb:${HERE}:table/jobs`, Tags: [], TagKeys: [] },
    "table/jobs",
  ),
  ...simple("dynamodb", "Query Scan", { ...TABLE, IndexName: "byStatus" }, "table/jobs/index/byStatus"),
  ...simple("dynamodb", "ListTables", {}, "*"),
  [
    "dynamodb",
    "GetItem",
    { TableName: `${ARN}:dynamodb:${HERE}:table/jobs` },
    ["dynamodb:GetItem table/jobs"],
  ],
  [
    "dynamodb",
    "BatchGetItem",
    { RequestItems: { jobs: {}, objects: {} } },
    ["dynamodb:BatchGetItem table/jobs", "dynamodb:BatchGetItem table/objects"],
  ],
  [
    "dynamodb",
    "BatchWriteItem",
    { RequestItems: { jobs: [], objects: [] } },
    ["dynamodb:BatchWriteItem table/jobs", "dynamodb:BatchWriteItem table/objects"],
  ],
  [
    "dynamodb",
    "CreateTable",
    { ...TABLE, Tags: [{ Key: "team", Value: "a" }] },
    ["dynamodb:CreateTable table/jobs", "dynamodb:TagResource table/jobs"],
  ],

  ...simple(
    "ecs",
    "DescribeContainerInstances UpdateContainerInstancesState",
    { cluster: "main", containerInstances: ["i1"] },
    "container-instance/main/i1",
  ),
  ...simple("ecs", "ListContainerInstances", { cluster: "main" }, "cluster/main"),
  ...simple("ecs", "CreateCapacityProvider", { name: "ec2" }, "capacity-provider/ec2"),
  ...simple("ecs", "DescribeCapacityProviders", { capacityProviders: ["ec2"] }, "capacity-provider/ec2"),
  ...simple("ecs", "DescribeCapacityProviders", {}, "capacity-provider/*"),
  ...simple("ecs", "CreateCluster", { clusterName: "main" }, "cluster/main"),
  ...simple("ecs", "DescribeClusters", { clusters: ["main"] }, "cluster/main"),
  ...simple("ecs", "DescribeClusters", {}, "cluster/default"),
  ...simple("ecs", "PutClusterCapacityProviders", { cluster: "main", capacityProviders: [] }, "cluster/main"),
  ...simple(
    "ecs",
    "CreateService UpdateService DeleteService",
    { cluster: `${ARN}:ecs:${HERE}:cluster/main`, service: "workers" },
    "service/main/workers",
  ),
  ...simple("ecs", "DescribeServices", { cluster: "main", services: ["workers"] }, "service/main/workers"),
  // A service is looked for in the call's cluster, whatever cluster its ARN names.
  ...simple(
    "ecs",
    "UpdateService",
    { cluster: "main", service: `${ARN}:ecs:${HERE}:service/other/workers` },
    "service/main/workers",
  ),
  ...simple(
    "ecs",
    "DescribeTasks GetTaskProtection UpdateTaskProtection",
    { cluster: "main", tasks: ["t1"] },
    "task/main/t1",
  ),
  ...simple("ecs", "GetTaskProtection", { cluster: "main" }, "task/main/*"),
  ...simple("ecs", "StopTask", { cluster: "main", task: `${ARN}:ecs:${HERE}:task/main/t1` }, "task/main/t1"),
  ...simple("ecs", "ListTasks", { cluster: "main" }, "container-instance/main/*"),
  ...simple(
    "ecs",
    "DeregisterTaskDefinition DescribeTaskDefinition ListClusters ListServices ListTaskDefinitionFamilies ListTaskDefinitions",
    { taskDefinition: "processor" },
    "*",
  ),
  ...simple(
    "ecs",
    "ListTagsForResource TagResource UntagResource",
    { resourceArn: `${ARN}:ecs:${HERE}:cluster/main` },
    "cluster/main",
  ),
  [
    "ecs",
    "RegisterTaskDefinition",
    {
      family: "processor",
      taskRoleArn: `${ARN}:iam::000000000000:role/task`,
      executionRoleArn: `${ARN}:iam::000000000000:role/execution`,
    },
    [
      "ecs:RegisterTaskDefinition task-definition/processor:*",
      "iam:PassRole role/task",
      "iam:PassRole role/execution",
    ],
  ],
  [
    "ecs",
    "RunTask",
    { cluster: "main", taskDefinition: "processor", tags: [{ key: "job", value: "1" }] },
    [
      "ecs:RunTask task-definition/processor:7",
      "iam:PassRole role/task",
      "iam:PassRole role/execution",
      "ecs:TagResource task/main/*",
    ],
  ],
  [
    "ecs",
    "RunTask",
    {
      taskDefinition: "processor:7",
      overrides: { taskRoleArn: `${ARN}:iam::000000000000:role/administrator` },
    },
    [
      "ecs:RunTask task-definition/processor:7",
      "iam:PassRole role/administrator",
      "iam:PassRole role/execution",
    ],
  ],
  ["ecs", "RunTask", { taskDefinition: "nobody" }, ["ecs:RunTask task-definition/nobody"]],

  ...simple(
    "elasticloadbalancing",
    "DescribeListeners DescribeLoadBalancers DescribeRules DescribeTargetGroups DescribeTargetHealth",
    {},
    "*",
  ),

  ...simple(
    "events",
    "CreateEventBus DeleteEventBus DescribeEventBus",
    { Name: "orders" },
    "event-bus/orders",
  ),
  ...simple("events", "DescribeEventBus", {}, "event-bus/default"),
  ...simple("events", "DeleteRule DescribeRule DisableRule EnableRule PutRule", { Name: "r" }, "rule/r"),
  ...simple(
    "events",
    "DisableRule",
    { Name: "r", EventBusName: `${ARN}:events:${HERE}:event-bus/orders` },
    "rule/orders/r",
  ),
  ...simple(
    "events",
    "ListTargetsByRule RemoveTargets",
    { Rule: "r", EventBusName: "orders" },
    "rule/orders/r",
  ),
  ...simple("events", "ListEventBuses ListRuleNamesByTarget ListRules TestEventPattern", {}, "*"),
  ...simple(
    "events",
    "ListTagsForResource TagResource UntagResource",
    { ResourceARN: `${ARN}:events:${HERE}:rule/r`, Tags: [], TagKeys: [] },
    "rule/r",
  ),
  [
    "events",
    "PutEvents",
    {
      Entries: [
        { Source: "a", DetailType: "x" },
        { Source: "a", DetailType: "x" },
        { Source: "b", DetailType: "x", EventBusName: "orders" },
      ],
    },
    ["events:PutEvents event-bus/default", "events:PutEvents event-bus/orders"],
  ],
  [
    "events",
    "PutTargets",
    {
      Rule: "r",
      Targets: [
        { Id: "1", Arn: `${ARN}:ecs:${HERE}:cluster/main`, RoleArn: `${ARN}:iam::000000000000:role/rule` },
        { Id: "2", Arn: `${ARN}:sqs:${HERE}:jobs` },
      ],
    },
    ["events:PutTargets rule/r", "iam:PassRole role/rule"],
  ],

  ["lambda", "Invoke", { FunctionName: "worker" }, ["lambda:InvokeFunction function:worker"]],
  [
    "lambda",
    "Invoke",
    { FunctionName: `${ARN}:lambda:${HERE}:function:worker`, Qualifier: "$LATEST" },
    ["lambda:InvokeFunction function:worker:$LATEST"],
  ],
  [
    "lambda",
    "Invoke",
    { FunctionName: "000000000000:function:worker" },
    ["lambda:InvokeFunction function:worker"],
  ],
  ...simple(
    "lambda",
    "DeleteFunctionConcurrency GetFunction GetFunctionConcurrency GetFunctionConfiguration GetFunctionEventInvokeConfig GetPolicy PutFunctionConcurrency",
    { FunctionName: "worker" },
    "function:worker",
  ),
  ...simple(
    "lambda",
    "GetEventSourceMapping UpdateEventSourceMapping",
    { UUID: "u" },
    "event-source-mapping:u",
  ),
  ...simple("lambda", "GetAccountSettings ListEventSourceMappings ListFunctions", {}, "*"),

  ...named(
    "cloudwatch",
    "monitoring",
    "DescribeAlarmHistory DescribeAlarms PutMetricAlarm SetAlarmState",
    { AlarmName: "late" },
    "alarm:late",
  ),
  ...named("cloudwatch", "monitoring", "DescribeAlarms", {}, "alarm:*"),
  ...named(
    "cloudwatch",
    "monitoring",
    "DeleteAlarms DisableAlarmActions EnableAlarmActions",
    { AlarmNames: ["late"] },
    "alarm:late",
  ),
  ...named("cloudwatch", "monitoring", "GetDashboard", { DashboardName: "main" }, "dashboard/main"),
  ...named(
    "cloudwatch",
    "monitoring",
    "DescribeAlarmsForMetric GetMetricData GetMetricStatistics ListDashboards ListMetrics PutMetricData",
    { Namespace: "Longshore" },
    "*",
  ),
  ...named(
    "cloudwatch",
    "monitoring",
    "ListTagsForResource TagResource UntagResource",
    { ResourceARN: `${ARN}:cloudwatch:${HERE}:alarm:late`, Tags: [], TagKeys: [] },
    "alarm:late",
  ),

  ...simple(
    "application-autoscaling",
    "DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction RegisterScalableTarget",
    { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" },
    "scalable-target/*",
  ),
  ...simple(
    "application-autoscaling",
    "DescribeScalableTargets DescribeScalingActivities DescribeScalingPolicies DescribeScheduledActions",
    { ServiceNamespace: "ecs" },
    "*",
  ),
  ...simple(
    "application-autoscaling",
    "ListTagsForResource TagResource UntagResource",
    { ResourceARN: `${ARN}:application-autoscaling:${HERE}:scalable-target/1`, Tags: {}, TagKeys: [] },
    "scalable-target/1",
  ),

  ...simple(
    "autoscaling",
    "SetDesiredCapacity SetInstanceProtection UpdateAutoScalingGroup TerminateInstanceInAutoScalingGroup",
    { AutoScalingGroupName: "machines", InstanceId: "i-1" },
    "autoScalingGroup:local:autoScalingGroupName/machines",
  ),
  ...simple("autoscaling", "DescribeAutoScalingGroups DescribeAutoScalingInstances", {}, "*"),

  ...simple(
    "logs",
    "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeLogStreams FilterLogEvents PutRetentionPolicy",
    { logGroupName: "/ecs/processor" },
    "log-group:/ecs/processor:log-stream:",
  ),
  ...simple(
    "logs",
    "FilterLogEvents",
    { logGroupIdentifier: `${ARN}:logs:${HERE}:log-group:/ecs/processor:*` },
    "log-group:/ecs/processor:log-stream:",
  ),
  ...simple(
    "logs",
    "CreateLogStream DeleteLogStream GetLogEvents PutLogEvents",
    STREAM,
    "log-group:/ecs/processor:log-stream:a/b/c",
  ),
  ...simple("logs", "DescribeLogGroups", {}, "log-group::log-stream:"),
  ...simple(
    "logs",
    "ListTagsForResource TagResource UntagResource",
    { resourceArn: `${ARN}:logs:${HERE}:log-group:/ecs/processor`, tags: {}, tagKeys: [] },
    "log-group:/ecs/processor",
  ),

  s3("ListBuckets", "", ["s3:ListAllMyBuckets *"]),
  ...["CreateBucket", "DeleteBucket", "GetBucketLocation", "GetBucketOwnershipControls"].map((name) =>
    s3(name, "b", [`s3:${name} b`]),
  ),
  ...["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "GetBucketTagging", "PutBucketTagging"].map(
    (name) => s3(name, "b", [`s3:${name} b`]),
  ),
  ...["GetBucketVersioning", "PutBucketVersioning"].map((name) => s3(name, "b", [`s3:${name} b`])),
  s3("HeadBucket", "b", ["s3:ListBucket b"]),
  s3("DeleteBucketCors", "b", ["s3:PutBucketCORS b"]),
  s3("DeleteBucketTagging", "b", ["s3:PutBucketTagging b"]),
  s3("GetBucketCors", "b", ["s3:GetBucketCORS b"]),
  s3("PutBucketCors", "b", ["s3:PutBucketCORS b"]),
  s3("GetBucketEncryption", "b", ["s3:GetEncryptionConfiguration b"]),
  s3("GetBucketLifecycleConfiguration", "b", ["s3:GetLifecycleConfiguration b"]),
  s3("GetBucketNotificationConfiguration", "b", ["s3:GetBucketNotification b"]),
  s3("PutBucketNotificationConfiguration", "b", ["s3:PutBucketNotification b"]),
  s3("GetPublicAccessBlock", "b", ["s3:GetBucketPublicAccessBlock b"]),
  s3("ListObjects", "b", ["s3:ListBucket b"]),
  s3("ListObjectsV2", "b?list-type=2", ["s3:ListBucket b"]),
  s3("ListObjectVersions", "b?versions", ["s3:ListBucketVersions b"]),
  s3("ListMultipartUploads", "b?uploads", ["s3:ListBucketMultipartUploads b"]),
  s3("GetObject", "b/k/l", ["s3:GetObject b/k/l"]),
  s3("GetObject", "b/k?versionId=1", ["s3:GetObjectVersion b/k"]),
  s3("HeadObject", "b/k", ["s3:GetObject b/k"]),
  s3("GetObjectAttributes", "b/k", ["s3:GetObject b/k", "s3:GetObjectAttributes b/k"]),
  s3("GetObjectAttributes", "b/k?versionId=1", [
    "s3:GetObjectVersion b/k",
    "s3:GetObjectVersionAttributes b/k",
  ]),
  s3("GetObjectTagging", "b/k?versionId=1", ["s3:GetObjectVersionTagging b/k"]),
  s3("PutObjectTagging", "b/k", ["s3:PutObjectTagging b/k"]),
  s3("DeleteObjectTagging", "b/k", ["s3:DeleteObjectTagging b/k"]),
  s3("DeleteObject", "b/k", ["s3:DeleteObject b/k"]),
  s3("DeleteObject", "b/k?versionId=1", ["s3:DeleteObjectVersion b/k"]),
  s3("DeleteObject", "b/k", ["s3:DeleteObject b/k", "s3:GetObject b/k"], { "if-match": '"e"' }),
  s3("DeleteObjects", "b", []),
  s3("PutObject", "b/k", ["s3:PutObject b/k"]),
  s3("PutObject", "b/k", ["s3:PutObject b/k", "s3:PutObjectTagging b/k"], { "x-amz-tagging": "a=1" }),
  s3("PutObject", "b/k", ["s3:PutObject b/k", "s3:PutObjectAcl b/k"], { "x-amz-acl": "private" }),
  s3("PutObject", "b/k", ["s3:PutObject b/k", "s3:GetObject b/k"], { "if-match": '"e"' }),
  s3("PostObject", "b/k", ["s3:PutObject b/k"]),
  s3("CopyObject", "b/k", ["s3:PutObject b/k", "s3:GetObject c/x y"], { "x-amz-copy-source": "/c/x%20y" }),
  s3("CopyObject", "b/k", ["s3:PutObject b/k", "s3:GetObjectVersion c/x"], {
    "x-amz-copy-source": "c/x?versionId=1",
  }),
  s3("UploadPartCopy", "b/k", ["s3:PutObject b/k", "s3:GetObject c/x"], { "x-amz-copy-source": "c/x" }),
  ...["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"].map((name) =>
    s3(name, "b/k?uploadId=u", ["s3:PutObject b/k"]),
  ),
  s3("AbortMultipartUpload", "b/k?uploadId=u", ["s3:AbortMultipartUpload b/k"]),
  s3("ListParts", "b/k?uploadId=u", ["s3:ListMultipartUploadParts b/k"]),

  ...simple(
    "secretsmanager",
    "DeleteSecret DescribeSecret GetSecretValue PutSecretValue RestoreSecret TagResource UntagResource UpdateSecret",
    { SecretId: "token" },
    "secret:token-AbCdEf",
  ),
  ...simple("secretsmanager", "GetSecretValue", { SecretId: "nothing" }, "secret:nothing"),
  ...simple("secretsmanager", "CreateSecret", { Name: "new" }, "secret:new-??????"),
  ...simple("secretsmanager", "GetRandomPassword ListSecrets", {}, "*"),

  ...simple(
    "sns",
    "DeleteTopic GetTopicAttributes ListSubscriptionsByTopic Publish SetTopicAttributes Subscribe",
    TOPIC,
    "alerts",
  ),
  ["sns", "PublishBatch", TOPIC, ["sns:Publish alerts"]],
  ["sns", "Publish", { TargetArn: TOPIC.TopicArn }, ["sns:Publish alerts"]],
  ...simple("sns", "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe", SUBSCRIPTION, "alerts"),
  ...simple(
    "sns",
    "ListTagsForResource TagResource UntagResource",
    { ResourceArn: TOPIC.TopicArn, Tags: [], TagKeys: [] },
    "alerts",
  ),
  ...simple("sns", "ListSubscriptions ListTopics", {}, "*"),
  [
    "sns",
    "CreateTopic",
    { Name: "new", Tags: [{ Key: "a", Value: "b" }] },
    ["sns:CreateTopic new", "sns:TagResource new"],
  ],

  ...simple(
    "sqs",
    "ChangeMessageVisibility DeleteMessage DeleteQueue GetQueueAttributes ListDeadLetterSourceQueues ListQueueTags PurgeQueue ReceiveMessage SendMessage SetQueueAttributes TagQueue UntagQueue",
    { ...QUEUE, Tags: {}, TagKeys: [] },
    "jobs",
  ),
  ["sqs", "ChangeMessageVisibilityBatch", QUEUE, ["sqs:ChangeMessageVisibility jobs"]],
  ["sqs", "DeleteMessageBatch", QUEUE, ["sqs:DeleteMessage jobs"]],
  ["sqs", "SendMessageBatch", QUEUE, ["sqs:SendMessage jobs"]],
  ["sqs", "CreateQueue", { QueueName: "new", tags: { a: "b" } }, ["sqs:CreateQueue new", "sqs:TagQueue new"]],
  ...simple("sqs", "GetQueueUrl", { QueueName: "jobs" }, "jobs"),
  ...simple("sqs", "ListQueues", {}, "*"),
  ...simple("sqs", "ListMessageMoveTasks", { SourceArn: `${ARN}:sqs:${HERE}:dead` }, "dead"),
  ...simple(
    "sqs",
    "CancelMessageMoveTask",
    { TaskHandle: Buffer.from(JSON.stringify({ sourceArn: `${ARN}:sqs:${HERE}:dead` })).toString("base64") },
    "dead",
  ),
  ...simple("sqs", "CancelMessageMoveTask", { TaskHandle: "made up" }, "*"),
  [
    "sqs",
    "StartMessageMoveTask",
    { SourceArn: `${ARN}:sqs:${HERE}:dead` },
    [
      "sqs:StartMessageMoveTask dead",
      "sqs:ReceiveMessage dead",
      "sqs:DeleteMessage dead",
      "sqs:GetQueueAttributes dead",
      "sqs:SendMessage jobs",
    ],
  ],

  ...simple("ssm", "DeleteParameter GetParameter PutParameter", { Name: "/app/x" }, "parameter/app/x"),
  ...simple("ssm", "GetParameter", { Name: "x:2" }, "parameter/x"),
  ...simple("ssm", "GetParameter", { Name: `${ARN}:ssm:${HERE}:parameter/app/x:3` }, "parameter/app/x"),
  ...simple("ssm", "GetParametersByPath", { Path: "/app/" }, "parameter/app"),
  ...simple("ssm", "DescribeParameters", {}, "*"),
  [
    "ssm",
    "GetParameters",
    { Names: ["a", "/b"] },
    ["ssm:GetParameters parameter/a", "ssm:GetParameters parameter/b"],
  ],
  ["ssm", "DeleteParameters", { Names: ["a"] }, ["ssm:DeleteParameters parameter/a"]],

  ["sts", "AssumeRole", {}, []],
  ["sts", "GetCallerIdentity", {}, []],
];
