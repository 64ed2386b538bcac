/** Names of the log lines that alarms, dashboards and people look for. */
export type LogEvent =
  | "task.started"
  | "task.stopping"
  | "task.stopped"
  | "task.error"
  | "task.calls"
  | "task.protection"
  | "job.started"
  | "job.succeeded"
  | "job.failed"
  | "job.refused"
  | "job.superseded"
  | "job.retry"
  | "job.handed-back"
  | "job.already-final"
  | "job.held-elsewhere"
  | "job.foreign"
  | "message.unreadable"
  | "message.left"
  | "queue.error"
  | "analysis.restarted";

type Data = Readonly<Record<string, unknown>>;

/** One JSON object per line on standard output, as CloudWatch Logs Insights reads it. */
export interface Log {
  info(event: LogEvent, data?: Data): void;
  warn(event: LogEvent, data?: Data): void;
  error(event: LogEvent, data?: Data): void;
  /** The same log with members that go into every line. */
  with(data: Data): Log;
}

/** @param write takes a whole line, its end included */
export function createLog(
  common: Data = {},
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const line = (level: string) => (event: LogEvent, data?: Data) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...common, ...data })}\n`);
  return {
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    with: (data) => createLog({ ...common, ...data }, write),
  };
}
