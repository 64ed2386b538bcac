import { Duration, Stack } from "aws-cdk-lib";
import {
  type BaseService,
  BuiltInAttributes,
  Ec2Service,
  FargateService,
  PlacementStrategy,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Pipeline } from "../events/pipeline.ts";
import { BurstWorkers } from "./burst-workers.ts";
import type { Config } from "./config.ts";
import { containerImage } from "./container-image.ts";
import type { Platform } from "./platform.ts";
import { Task } from "./task-definition.ts";
import { grantProcessing, type UploadProcessing } from "./upload-processing.ts";
import { WorkerScaling } from "./worker-scaling.ts";
import { WORKER_SIZE } from "./worker-settings.ts";

export interface QueueWorkersProps {
  readonly platform: Platform;
  readonly config: Config;
  readonly uploads: UploadProcessing;
  readonly pipelines: readonly Pipeline[];
}

/** Workers that drain the jobs queue, many objects to a task. */
export class QueueWorkers extends Construct {
  readonly worker: Task;
  readonly service: BaseService;
  /** Absent when the configuration wants none. */
  readonly burst: BurstWorkers | undefined;

  constructor(scope: Construct, id: string, { platform, config, uploads, pipelines }: QueueWorkersProps) {
    super(scope, id);
    this.worker = new Task(this, "Worker", {
      platform,
      name: "worker",
      image: containerImage(this, "Image", "processor", config.architecture),
      size: WORKER_SIZE,
      stopTimeout: Duration.seconds(60),
      environment: {
        JOBS_TABLE: platform.jobs.tableName,
        OBJECTS_TABLE: platform.objects.tableName,
        RESULTS_BUCKET: platform.results.bucketName,
        JOBS_QUEUE_URL: uploads.jobsQueue.queueUrl,
        JOBS_DEAD_LETTER_QUEUE_URL: uploads.jobsDeadLetters.queueUrl,
        PIPELINES: JSON.stringify(pipelines),
        LONGSHORE_LEASE_SECONDS: String(config.workerLeaseSeconds),
        ...(config.workerConcurrency === undefined
          ? {}
          : { LONGSHORE_CONCURRENCY: String(config.workerConcurrency) }),
      },
    });
    grantProcessing(platform, this.worker);
    uploads.jobsQueue.grantConsumeMessages(this.worker.definition.taskRole);
    uploads.jobsDeadLetters.grantSendMessages(this.worker.definition.taskRole);
    // A worker that holds work asks not to be taken by scale-in.
    this.worker.definition.taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["ecs:UpdateTaskProtection"],
        resources: [
          Stack.of(this).formatArn({
            service: "ecs",
            resource: "task",
            resourceName: `${platform.cluster.clusterName}/*`,
          }),
        ],
        conditions: { ArnEquals: { "ecs:cluster": platform.cluster.clusterArn } },
      }),
    );
    this.service = this.createService(platform, config);
    if (platform.fileSystem) this.service.node.addDependency(platform.fileSystem.available);
    new WorkerScaling(this, "Scaling", {
      cluster: platform.cluster,
      service: this.service,
      queue: uploads.jobsQueue,
      config,
    });
    const { worker, service } = this;
    this.burst =
      config.maximumBurst > 0
        ? new BurstWorkers(this, "Burst", { platform, config, uploads, worker, service })
        : undefined;
  }

  /**
   * On instances where there are any: workers are the same all day and keep what they run on busy. A zone that fails
   * leaves the workers of the others; within a zone they fill one instance before the next.
   */
  private createService(platform: Platform, config: Config): BaseService {
    const { instances } = platform;
    const common = {
      cluster: platform.cluster,
      taskDefinition: this.worker.definition,
      desiredCount: config.minWorkers,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      vpcSubnets: platform.taskSubnets,
      securityGroups: [platform.taskSecurityGroup],
      enableECSManagedTags: true,
    };
    if (!instances) {
      return new FargateService(this, "Service", {
        ...common,
        assignPublicIp: platform.network.assignPublicIp,
        capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      });
    }
    return new Ec2Service(this, "Service", {
      ...common,
      capacityProviderStrategies: [
        { capacityProvider: instances.capacityProvider.capacityProviderName, weight: 1 },
      ],
      placementStrategies: [
        PlacementStrategy.spreadAcross(BuiltInAttributes.AVAILABILITY_ZONE),
        instances.binpackOn === "cpu" ? PlacementStrategy.packedByCpu() : PlacementStrategy.packedByMemory(),
      ],
    });
  }
}
