import type { LoggingConfig } from "./function-config.ts";

/** What Lambda itself writes into a function's log stream. */
export type PlatformEvent =
  | { readonly type: "initStart"; readonly runtime: string }
  /** Written for initializations that failed. */
  | {
      readonly type: "initReport";
      readonly durationMs: number;
      readonly phase: "init" | "invoke";
      readonly status: "error" | "timeout";
      readonly errorType?: string;
    }
  | { readonly type: "start"; readonly requestId: string; readonly functionArn: string }
  /** Lambda's own words on an invocation that ended without the function's doing. */
  | { readonly type: "fault"; readonly requestId: string; readonly message: string }
  | { readonly type: "report"; readonly requestId: string; readonly report: InvocationReport };

export interface InvocationReport {
  readonly durationMs: number;
  readonly initDurationMs?: number;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
  readonly status: "success" | "error" | "timeout";
  readonly errorType?: string;
}

/** Log events for a platform event, in the format that the function's logging configuration asks for. */
export function platformLog(event: PlatformEvent, logging: LoggingConfig, time: number): string[] {
  return logging.logFormat === "JSON" ? jsonLines(event, logging, time) : textLines(event, time);
}

function textLines(event: PlatformEvent, time: number): string[] {
  switch (event.type) {
    case "initStart":
      return [`INIT_START Runtime Version: ${event.runtime}\tRuntime Version ARN: ${RUNTIME_ARN}`];
    case "initReport":
      return [
        `INIT_REPORT Init Duration: ${event.durationMs.toFixed(2)} ms\tPhase: ${event.phase}\tStatus: ${event.status}${errorType(event)}`,
      ];
    case "start":
      return [`START RequestId: ${event.requestId} Version: $LATEST`];
    case "fault":
      return [`${new Date(time).toISOString()} ${event.requestId} ${event.message}`];
    case "report":
      return [`END RequestId: ${event.requestId}`, reportLine(event.requestId, event.report)];
  }
}

function reportLine(requestId: string, report: InvocationReport): string {
  const { durationMs, initDurationMs, status } = report;
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedDurationMs(report)} ms`,
    `Memory Size: ${report.memorySizeMb} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMb} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
    ...(status === "success" || (status === "error" && !report.errorType)
      ? [""]
      : [`Status: ${status}${errorType(report)}`]),
  ].join("\t");
}

/**
 * Initialization is billed since August 2025.
 * @see https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
 */
export function billedDurationMs(report: InvocationReport): number {
  return Math.ceil(report.durationMs + (report.initDurationMs ?? 0));
}

function errorType(event: { readonly errorType?: string }): string {
  return event.errorType ? `\tError Type: ${event.errorType}` : "";
}

const RUNTIME_ARN = "arn:aws:lambda:us-east-1::runtime:local";

/** @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
function jsonLines(event: PlatformEvent, logging: LoggingConfig, time: number): string[] {
  // DEBUG adds records that only extensions use; WARN keeps what went wrong.
  const isQuiet = logging.systemLogLevel === "WARN";
  const line = (type: string, record: object) => [
    JSON.stringify({ time: new Date(time).toISOString(), type: `platform.${type}`, record }),
  ];
  switch (event.type) {
    case "initStart":
      if (isQuiet) return [];
      return line("initStart", {
        initializationType: "on-demand",
        phase: "init",
        runtimeVersion: event.runtime,
        runtimeVersionArn: RUNTIME_ARN,
        functionVersion: "$LATEST",
      });
    case "initReport": {
      const { phase, status, durationMs } = event;
      return line("initReport", {
        initializationType: "on-demand",
        phase,
        status,
        ...(event.errorType && { errorType: event.errorType }),
        metrics: { durationMs: round(durationMs) },
      });
    }
    case "start":
      if (isQuiet) return [];
      return line("start", {
        requestId: event.requestId,
        functionArn: event.functionArn,
        version: "$LATEST",
      });
    case "fault":
      return [];
    case "report": {
      const { report, requestId } = event;
      if (isQuiet && report.status === "success") return [];
      return line("report", {
        requestId,
        metrics: {
          durationMs: round(report.durationMs),
          billedDurationMs: billedDurationMs(report),
          memorySizeMB: report.memorySizeMb,
          maxMemoryUsedMB: report.maxMemoryUsedMb,
          ...(report.initDurationMs !== undefined && { initDurationMs: round(report.initDurationMs) }),
        },
        status: report.status,
        ...(report.errorType && { errorType: report.errorType }),
      });
    }
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
