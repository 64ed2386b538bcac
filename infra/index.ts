/**
 * What other CDK apps build on. docs/own-app.md says how; `examples/own-app` is one.
 */
export type { CapacityProvider, Pipeline, PipelineContainer, TaskSize } from "../events/pipeline.ts";
export { PipelinesError } from "./check-pipelines.ts";
export { type Config, ConfigError, parseConfig, readConfig } from "./config.ts";
export { Console } from "./console.ts";
export type { ConsoleTaskProps as ConsoleProps } from "./console-task.ts";
export { HourlyBatch, type HourlyBatchProps } from "./hourly-batch.ts";
export { LongshoreStack, type LongshoreStackProps } from "./longshore-stack.ts";
export { Monitoring, type MonitoringProps } from "./monitoring/monitoring.ts";
export type { NodeFunction } from "./node-function.ts";
export { pipelines } from "./pipelines.ts";
export { Platform, type PlatformProps } from "./platform.ts";
export { QueueWorkers, type QueueWorkersProps } from "./queue-workers.ts";
export {
  StoppedTaskAlerts,
  type StoppedTaskAlertsProps,
  type StoppedTaskOutcome,
} from "./stopped-task-alerts.ts";
export type { Task } from "./task-definition.ts";
export { type LaunchOutcome, UploadProcessing, type UploadProcessingProps } from "./upload-processing.ts";
