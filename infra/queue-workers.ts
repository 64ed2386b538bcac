import { Duration, Stack } from "aws-cdk-lib";
import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import {
  type BaseService,
  BuiltInAttributes,
  Ec2Service,
  FargateService,
  PlacementStrategy,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { BurstWorkers } from "./burst-workers.ts";
import { containerImage } from "./container-image.ts";
import { workerStrategies } from "./fargate-capacity.ts";
import { priceEnvironment } from "./instance-size.ts";
import { operatorOutput } from "./operator-output.ts";
import type { Platform } from "./platform.ts";
import { Task } from "./task-definition.ts";
import { grantProcessing, type UploadProcessing } from "./upload-processing.ts";
import { WorkerScaling } from "./worker-scaling.ts";
import { WORKER_SIZE, workerCapacity } from "./worker-settings.ts";

export interface QueueWorkersProps {
  readonly platform: Platform;
  /** Whose jobs queue they drain. */
  readonly uploads: UploadProcessing;
}

/** Workers that drain the jobs queue, many objects to a task. */
export class QueueWorkers extends Construct {
  readonly worker: Task;
  readonly service: BaseService;
  readonly scaling: WorkerScaling;
  /** Absent when the configuration wants none. */
  readonly burst: BurstWorkers | undefined;

  readonly #clusterName: string;

  constructor(scope: Construct, id: string, { platform, uploads }: QueueWorkersProps) {
    super(scope, id);
    const { config, pipelines } = platform;
    this.#clusterName = platform.cluster.clusterName;
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
        FAILED_JOBS_QUEUE_URL: uploads.failedJobs.queue.queueUrl,
        // Burst workers are told theirs as they are started.
        CAPACITY: workerCapacity(config),
        ...priceEnvironment(config),
        PIPELINES: JSON.stringify(pipelines),
        LONGSHORE_LEASE_SECONDS: String(config.workerLeaseSeconds),
        ...(config.workerConcurrency === undefined
          ? {}
          : { LONGSHORE_CONCURRENCY: String(config.workerConcurrency) }),
      },
    });
    grantProcessing(platform, this.worker);
    uploads.jobsQueue.grant(
      this.worker.definition.taskRole,
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:ReceiveMessage",
    );
    uploads.jobsDeadLetters.grant(this.worker.definition.taskRole, "sqs:SendMessage");
    uploads.failedJobs.grantTell(this.worker.definition.taskRole);
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
    this.service = this.createService(platform);
    if (platform.fileSystem) this.service.node.addDependency(platform.fileSystem.available);
    this.scaling = new WorkerScaling(this, "Scaling", {
      cluster: platform.cluster,
      service: this.service,
      // What is in work counts too, or scaling in would end it.
      metrics: {
        visible: uploads.metricWaiting(),
        inFlight: uploads.metricInWork(),
        running: this.metricRunningWorkers(),
      },
      config,
    });
    const { worker, service } = this;
    this.burst =
      config.maximumBurst > 0
        ? new BurstWorkers(this, "Burst", { platform, uploads, worker, service })
        : undefined;
    operatorOutput(this, "WorkerServiceName", this.service.serviceName, "The workers of the jobs queue");
  }

  /** Workers of the service that run; burst workers are no part of it. */
  metricRunningWorkers(props?: MetricOptions): Metric {
    return this.#taskCount("RunningTaskCount", props);
  }

  /** Workers of the service that are on their way. */
  metricPendingWorkers(props?: MetricOptions): Metric {
    return this.#taskCount("PendingTaskCount", props);
  }

  /** As many workers as scaling wants the service to have. */
  metricDesiredWorkers(props?: MetricOptions): Metric {
    return this.#taskCount("DesiredTaskCount", props);
  }

  #taskCount(metricName: string, props?: MetricOptions): Metric {
    return new Metric({
      namespace: "ECS/ContainerInsights",
      metricName,
      dimensionsMap: { ClusterName: this.#clusterName, ServiceName: this.service.serviceName },
      period: Duration.minutes(1),
      statistic: "Average",
      ...props,
    });
  }

  /**
   * On instances where there are any: workers are the same all day and keep what they run on busy. A zone that fails
   * leaves the workers of the others; within a zone they fill one instance before the next.
   */
  private createService(platform: Platform): BaseService {
    const { config, instances } = platform;
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
        capacityProviderStrategies: workerStrategies(platform.config),
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
