import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Cluster, ContainerImage, FargateTaskDefinition, LogDrivers } from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue } from "aws-cdk-lib/aws-sqs";

/** A queue, a table, and a task that sleeps, with a role of its own: the least that there is to measure on. */
export function synthesizeSleepApp(directory: string): string {
  const image = join(directory, "image");
  mkdirSync(image, { recursive: true });
  writeFileSync(
    join(image, "Dockerfile"),
    'FROM public.ecr.aws/docker/library/node:24-bookworm-slim\nENTRYPOINT ["/bin/sh", "-c", "exec sleep 600"]\n',
  );
  const app = new App({ outdir: join(directory, "assembly") });
  const stack = new Stack(app, "Bench");
  const queue = new Queue(stack, "Queue");
  const table = new Table(stack, "Table", {
    partitionKey: { name: "id", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
  });
  const cluster = new Cluster(stack, "Cluster", { enableFargateCapacityProviders: true });
  const task = new FargateTaskDefinition(stack, "Task", { cpu: 256, memoryLimitMiB: 512 });
  task.addContainer("sleep", {
    image: ContainerImage.fromAsset(image),
    logging: LogDrivers.awsLogs({ streamPrefix: "sleep" }),
  });
  task.taskRole.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queue.queueArn] }),
  );
  task.taskRole.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["dynamodb:GetItem"], resources: [table.tableArn] }),
  );
  const out = (name: string, value: string) => new CfnOutput(stack, name, { value });
  out("QueueUrl", queue.queueUrl);
  out("TableName", table.tableName);
  out("ClusterName", cluster.clusterName);
  out("TaskDefinition", task.taskDefinitionArn);
  return app.synth().directory;
}
