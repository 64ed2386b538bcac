import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Pipeline } from "../events/pipeline.ts";
import { acknowledgeFindings } from "./acknowledgements.ts";
import type { Config } from "./config.ts";
import { Console } from "./console.ts";
import { HourlyBatch } from "./hourly-batch.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { placePipelines } from "./place-pipelines.ts";
import { Platform } from "./platform.ts";
import { QueueWorkers } from "./queue-workers.ts";
import { startServicesAfterProviders } from "./services-after-providers.ts";
import { StoppedTaskAlerts } from "./stopped-task-alerts.ts";
import { UploadProcessing } from "./upload-processing.ts";

export interface LongshoreStackProps extends StackProps {
  readonly config: Config;
  readonly pipelines: readonly Pipeline[];
}

/** The whole system. */
export class LongshoreStack extends Stack {
  constructor(scope: Construct, id: string, props: LongshoreStackProps) {
    const { config, pipelines: asked, ...stackProps } = props;
    super(scope, id, stackProps);
    const pipelines = placePipelines(asked, config);
    const platform = new Platform(this, "Platform", { config, pipelines });
    const uploads = new UploadProcessing(this, "UploadProcessing", { platform, config, pipelines });
    const workers = new QueueWorkers(this, "QueueWorkers", { platform, config, uploads, pipelines });
    const batch = new HourlyBatch(this, "HourlyBatch", { platform, config, uploads, pipelines });
    const console = new Console(this, "Console", { platform, config, pipelines, uploads, workers, batch });
    const consoleUrl = console.front.url;
    const alerts = new StoppedTaskAlerts(this, "StoppedTaskAlerts", {
      platform,
      uploads,
      pipelines,
      consoleUrl,
    });
    new Monitoring(this, "Monitoring", {
      platform,
      config,
      uploads,
      workers,
      functions: [
        uploads.launchUpload,
        ...(workers.burst ? [workers.burst.launchWorkers] : []),
        batch.launchBatch,
        alerts.onTaskStopped,
        alerts.stopOverdue,
      ],
      console: console.front.targetGroup,
    });

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    output("UploadsBucket", platform.uploads.bucketName, "Where files are dropped");
    output("ResultsBucket", platform.results.bucketName, "Where result documents are");
    output("JobsTableName", platform.jobs.tableName, "One item per object version and pipeline");
    output("JobsQueueUrl", uploads.jobsQueue.queueUrl, "Small objects that wait for a worker");
    output("WorkerServiceName", workers.service.serviceName, "The workers of the jobs queue");
    output("ClusterName", platform.cluster.clusterName, "Where tasks run");
    output("AlertsTopicArn", platform.alerts.topicArn, "What administrators subscribe to");
    if (consoleUrl !== undefined) output("ConsoleUrl", consoleUrl, "The console");
    output(
      "ConsoleAdministratorTokenArn",
      console.tokens.administrator.secretArn,
      "The console's administrators sign in with it",
    );
    output(
      "ConsoleUploaderTokenArn",
      console.tokens.uploader.secretArn,
      "The console's uploaders sign in with it",
    );
    output(
      "IncidentsTableName",
      platform.incidents.incidents.tableName,
      "One item per task that stopped wrongly",
    );
    startServicesAfterProviders(this);
    acknowledgeFindings(this);
  }
}
