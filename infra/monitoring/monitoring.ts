import type { ApplicationTargetGroup } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Construct } from "constructs";
import type { Config } from "../config.ts";
import type { NodeFunction } from "../node-function.ts";
import type { Platform } from "../platform.ts";
import type { QueueWorkers } from "../queue-workers.ts";
import type { UploadProcessing } from "../upload-processing.ts";
import { createAlarms } from "./alarms.ts";
import { createDashboard } from "./dashboard.ts";
import { saveQueries } from "./log-queries.ts";

export interface MonitoringProps {
  readonly platform: Platform;
  readonly config: Config;
  readonly uploads: UploadProcessing;
  readonly workers: QueueWorkers;
  /** Every function of the app. */
  readonly functions: readonly NodeFunction[];
  /** Of the console, where an Application Load Balancer measures it. */
  readonly console?: ApplicationTargetGroup | undefined;
}

/**
 * What people look at: alarms for what no dead letter and no incident tells of, each with an entry in
 * docs/runbook.md, a dashboard, and saved queries over the logs.
 */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    createAlarms(this, props);
    createDashboard(this, props);
    saveQueries(this, props);
  }
}
