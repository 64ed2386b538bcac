import { resolve } from "node:path";
import { DockerImageAsset, Platform as ImagePlatform } from "aws-cdk-lib/aws-ecr-assets";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Pipeline, PipelineContainer } from "../events/pipeline.ts";
import { taskSizeFor } from "../events/routing.ts";
import type { Platform } from "./platform.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { Task } from "./task-definition.ts";

export interface OwnContainerProps {
  readonly platform: Platform;
  readonly pipeline: Pipeline;
  readonly container: PipelineContainer;
}

/**
 * The task of a pipeline with a container of its own. It may read uploads and write results, and knows nothing of
 * jobs: its stopped-task event closes them.
 */
export class OwnContainer extends Construct {
  readonly task: Task;

  constructor(scope: Construct, id: string, { platform, pipeline, container }: OwnContainerProps) {
    super(scope, id);
    this.task = new Task(this, "Task", {
      platform,
      name: pipeline.name,
      image: this.image(container, platform.config.architecture),
      // Every launch overrides it for its object.
      size: taskSizeFor(pipeline, 0),
      environment: container.environment ?? {},
      ...(container.command ? { command: container.command } : {}),
      // Not every image that somebody brings can do with less.
      readonlyRootFilesystem: container.readonlyRootFilesystem ?? false,
    });
    const { taskRole } = this.task.definition;
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["s3:GetObject", "s3:GetObjectVersion"],
        resources: [platform.uploads.arnForObjects("*")],
      }),
    );
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["s3:PutObject"],
        resources: [platform.results.arnForObjects(`${pipeline.name}/*`)],
      }),
    );
  }

  private image(container: PipelineContainer, architecture: "x86_64" | "arm64"): ContainerImage {
    if ("image" in container) return ContainerImage.fromRegistry(container.image);
    return ContainerImage.fromDockerImageAsset(
      new DockerImageAsset(this, "Image", {
        directory: resolve(PROJECT_ROOT, container.directory),
        platform: architecture === "arm64" ? ImagePlatform.LINUX_ARM64 : ImagePlatform.LINUX_AMD64,
      }),
    );
  }
}
