import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { acknowledgeFindings } from "./acknowledgements.ts";
import { Console } from "./console.ts";
import { HourlyBatch } from "./hourly-batch.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { Platform, type PlatformProps } from "./platform.ts";
import { QueueWorkers } from "./queue-workers.ts";
import { StoppedTaskAlerts } from "./stopped-task-alerts.ts";
import { UploadProcessing } from "./upload-processing.ts";

export interface LongshoreStackProps extends StackProps, PlatformProps {}

/** The whole system. */
export class LongshoreStack extends Stack {
  readonly platform: Platform;
  readonly uploads: UploadProcessing;
  readonly workers: QueueWorkers;
  readonly batch: HourlyBatch;
  readonly console: Console;
  readonly alerts: StoppedTaskAlerts;
  readonly monitoring: Monitoring;

  constructor(scope: Construct, id: string, { config, pipelines, ...stackProps }: LongshoreStackProps = {}) {
    super(scope, id, stackProps);
    const platform = new Platform(this, "Platform", {
      ...(config && { config }),
      ...(pipelines && { pipelines }),
    });
    const uploads = new UploadProcessing(this, "UploadProcessing", { platform });
    const workers = new QueueWorkers(this, "QueueWorkers", { platform, uploads });
    const batch = new HourlyBatch(this, "HourlyBatch", { platform, uploads });
    const console = new Console(this, "Console", { platform, uploads, workers, batch });
    const alerts = new StoppedTaskAlerts(this, "StoppedTaskAlerts", {
      platform,
      uploads,
      consoleUrl: console.front.url,
    });
    this.monitoring = new Monitoring(this, "Monitoring", {
      platform,
      uploads,
      workers,
      batch,
      alerts,
      console,
    });
    this.platform = platform;
    this.uploads = uploads;
    this.workers = workers;
    this.batch = batch;
    this.console = console;
    this.alerts = alerts;
    acknowledgeFindings(this, platform.config);
  }
}
