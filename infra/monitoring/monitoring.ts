import type { Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Console } from "../console.ts";
import type { HourlyBatch } from "../hourly-batch.ts";
import type { NodeFunction } from "../node-function.ts";
import type { Platform } from "../platform.ts";
import type { QueueWorkers } from "../queue-workers.ts";
import type { StoppedTaskAlerts } from "../stopped-task-alerts.ts";
import type { UploadProcessing } from "../upload-processing.ts";
import { createAlarms } from "./alarms.ts";
import { createDashboard } from "./dashboard.ts";
import { saveQueries } from "./log-queries.ts";

/** What is watched. */
export interface MonitoringProps {
  readonly platform: Platform;
  readonly uploads: UploadProcessing;
  readonly workers: QueueWorkers;
  readonly batch: HourlyBatch;
  readonly alerts: StoppedTaskAlerts;
  /**
   * Watched where an Application Load Balancer measures it.
   * @default no console
   */
  readonly console?: Console;
}

/**
 * What people look at: alarms for what no dead letter and no incident tells of, each with an entry in
 * docs/runbook.md, a dashboard, and saved queries over the logs.
 */
export class Monitoring extends Construct {
  /** Takes further widgets. */
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { uploads, workers, batch, alerts } = props;
    const functions: readonly NodeFunction[] = [
      uploads.launchUpload,
      uploads.failedJobs.onJobFailed,
      ...(workers.burst ? [workers.burst.launchWorkers] : []),
      batch.launchBatch,
      alerts.onTaskStopped,
      alerts.stopOverdue,
    ];
    createAlarms(this, props, functions);
    this.dashboard = createDashboard(this, props, functions);
    saveQueries(this, props.platform, functions);
  }
}
