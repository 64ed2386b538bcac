import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { Cluster, ContainerImage, FargateTaskDefinition, LogDrivers } from "aws-cdk-lib/aws-ecs";

/** A task that sleeps: the least that there is to start. */
export function synthesizeSleepApp(directory: string): string {
  const image = join(directory, "image");
  mkdirSync(image, { recursive: true });
  writeFileSync(
    join(image, "Dockerfile"),
    'FROM public.ecr.aws/docker/library/node:24-bookworm-slim\nENTRYPOINT ["/bin/sh", "-c", "exec sleep 600"]\n',
  );
  const app = new App({ outdir: join(directory, "assembly") });
  const stack = new Stack(app, "Bench");
  const cluster = new Cluster(stack, "Cluster", { enableFargateCapacityProviders: true });
  const task = new FargateTaskDefinition(stack, "Task", { cpu: 256, memoryLimitMiB: 512 });
  task.addContainer("sleep", {
    image: ContainerImage.fromAsset(image),
    logging: LogDrivers.awsLogs({ streamPrefix: "sleep" }),
  });
  const out = (name: string, value: string) => new CfnOutput(stack, name, { value });
  out("ClusterName", cluster.clusterName);
  out("TaskDefinition", task.taskDefinitionArn);
  return app.synth().directory;
}
