/** Names of the batch's log lines. */
export type BatchLogEvent =
  | "batch.started"
  | "batch.busy"
  | "batch.finished"
  | "batch.stopping"
  | "batch.error"
  | "batch.clock"
  | "batch.watermark-ahead"
  | "uploads.checked"
  | "uploads.walked"
  | "uploads.unversioned"
  | "checkpoints.swept"
  | "job.driven"
  | "job.unreadable"
  | "hour.rolled"
  | "hour.given-up"
  | "report.refused";

type Data = Readonly<Record<string, unknown>>;

/** One JSON object per line on standard output, as CloudWatch Logs Insights reads it. */
export interface BatchLog {
  info(event: BatchLogEvent, data?: Data): void;
  warn(event: BatchLogEvent, data?: Data): void;
  error(event: BatchLogEvent, data?: Data): void;
}

/** @param write takes a whole line, its end included */
export function createBatchLog(write: (line: string) => void): BatchLog {
  const line = (level: string) => (event: BatchLogEvent, data?: Data) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...data })}\n`);
  return { info: line("info"), warn: line("warn"), error: line("error") };
}
