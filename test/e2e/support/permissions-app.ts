import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, Table } from "aws-cdk-lib/aws-dynamodb";
import { CfnCluster, ContainerImage, FargateTaskDefinition, LogDrivers } from "aws-cdk-lib/aws-ecs";
import { CfnRule, Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { AccountRootPrincipal, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventSourceMapping, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnSubscription, Topic } from "aws-cdk-lib/aws-sns";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

/** Calls the endpoint with a key of its own making; nobody can verify such a signature, so it is made up too. */
const FUNCTION = `
export const handler = async ({ target, body }) => {
  const date = new Date().toISOString().replace(/[:-]|\\.\\d{3}/g, "");
  const scope = date.slice(0, 8) + "/us-east-1/sqs/aws4_request";
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-date": date,
      "x-amz-target": target,
      authorization: "AWS4-HMAC-SHA256 Credential=AKIAMADEUP/" + scope + ", SignedHeaders=host;x-amz-date, Signature=" + "0".repeat(64),
    },
    body: JSON.stringify(body),
  });
  console.log("called");
  return { status: response.status, text: await response.text() };
};
`;

/** Writes the assembly of a stack in which one role may do a little of everything. @returns its folder */
export function synthesizePermissionsApp(directory: string): string {
  const outdir = join(directory, "cdk.out");
  const code = join(directory, "function");
  mkdirSync(code, { recursive: true });
  writeFileSync(join(code, "index.mjs"), FUNCTION);

  const app = new App({ outdir });
  const stack = new Stack(app, "Permissions");
  const scope = new Construct(stack, "App");
  const output = (name: string, value: string) => new CfnOutput(stack, name, { value });

  const bucket = new Bucket(scope, "Bucket", { removalPolicy: RemovalPolicy.DESTROY });
  const table = new Table(scope, "Table", { partitionKey: { name: "id", type: AttributeType.STRING } });
  const queue = new Queue(scope, "Queue");
  const closedQueue = new Queue(scope, "ClosedQueue");
  const deadLetters = new Queue(scope, "DeadLetters");
  const topic = new Topic(scope, "Topic");
  const cluster = new CfnCluster(scope, "Cluster");
  const otherCluster = new CfnCluster(scope, "OtherCluster");
  const executionRole = new Role(scope, "ExecutionRole", {
    assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
  });
  const definition = new FargateTaskDefinition(scope, "Definition", { executionRole });
  definition.addContainer("main", { image: ContainerImage.fromRegistry("nobody/nothing:1") });
  const strangerRole = new Role(scope, "StrangerRole", {
    assumedBy: new ServicePrincipal("ecs-tasks.amazonaws.com"),
  });
  const muted = new FargateTaskDefinition(scope, "Muted", {
    executionRole: strangerRole.withoutPolicyUpdates(),
  });
  muted.addContainer("main", {
    image: ContainerImage.fromRegistry("nobody/nothing:1"),
    logging: LogDrivers.awsLogs({
      streamPrefix: "muted",
      logGroup: new LogGroup(scope, "MutedLogs", { removalPolicy: RemovalPolicy.DESTROY }),
    }),
  });
  const functionLogs = new LogGroup(scope, "FunctionLogs", { removalPolicy: RemovalPolicy.DESTROY });
  const functionRole = new Role(scope, "FunctionRole", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
  });
  const makesUpKeys = new LambdaFunction(scope, "MakesUpKeys", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromAsset(code),
    role: functionRole.withoutPolicyUpdates(),
    logGroup: functionLogs,
  });

  const mappedQueue = new Queue(scope, "MappedQueue");
  new CfnEventSourceMapping(scope, "Mapping", {
    functionName: makesUpKeys.functionName,
    eventSourceArn: mappedQueue.queueArn,
  });
  new CfnSubscription(scope, "Subscription", {
    topicArn: topic.topicArn,
    protocol: "sqs",
    endpoint: closedQueue.queueArn,
  });

  const pattern = { source: ["permissions"] };
  new Rule(scope, "Open", { eventPattern: pattern, targets: [new SqsQueue(queue)] });
  const closed = new CfnRule(scope, "Closed", {
    eventPattern: pattern,
    targets: [{ id: "queue", arn: closedQueue.queueArn, deadLetterConfig: { arn: deadLetters.queueArn } }],
  });
  deadLetters.addToResourcePolicy(
    new PolicyStatement({
      actions: ["sqs:SendMessage"],
      resources: [deadLetters.queueArn],
      principals: [new ServicePrincipal("events.amazonaws.com")],
      conditions: { ArnEquals: { "aws:SourceArn": closed.attrArn } },
    }),
  );

  const role = new Role(scope, "Role", { assumedBy: new AccountRootPrincipal() });
  const allow = (
    actions: string[],
    resources: string[],
    conditions?: Record<string, Record<string, string>>,
  ) => role.addToPolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [bucket.arnForObjects("mine/*")]);
  allow(["s3:ListBucket"], [bucket.bucketArn], { StringLike: { "s3:prefix": "mine/*" } });
  allow(["dynamodb:GetItem"], [table.tableArn]);
  allow(["sqs:SendMessage"], [queue.queueArn]);
  allow(["sns:Publish"], [topic.topicArn], { StringEquals: { "aws:PrincipalTag/none": "x" } });
  allow(["lambda:InvokeFunction"], [makesUpKeys.functionArn]);
  allow(["ecs:RunTask"], [definition.taskDefinitionArn, muted.taskDefinitionArn], {
    ArnEquals: { "ecs:cluster": cluster.attrArn },
  });
  allow(
    ["iam:PassRole"],
    [definition.taskRole.roleArn, executionRole.roleArn, muted.taskRole.roleArn, strangerRole.roleArn],
    {
      StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    },
  );

  output("RoleArn", role.roleArn);
  output("StrangerRoleArn", strangerRole.roleArn);
  output("Bucket", bucket.bucketName);
  output("Table", table.tableName);
  output("QueueUrl", queue.queueUrl);
  output("ClosedQueueUrl", closedQueue.queueUrl);
  output("MappedQueueUrl", mappedQueue.queueUrl);
  output("DeadLettersUrl", deadLetters.queueUrl);
  output("TopicArn", topic.topicArn);
  output("Cluster", cluster.ref);
  output("OtherCluster", otherCluster.ref);
  output("Definition", definition.taskDefinitionArn);
  output("Muted", muted.taskDefinitionArn);
  output("Function", makesUpKeys.functionName);
  output("FunctionLogs", functionLogs.logGroupName);
  app.synth();
  return outdir;
}
