/** Names of the console's log lines. */
export type ConsoleLogEvent =
  | "console.started"
  | "console.stopping"
  | "console.stopped"
  | "console.request-failed"
  | "console.sign-in-refused"
  | "console.job-replayed"
  | "console.letters-replayed"
  | "console.tasks-not-counted"
  | "console.feed-failed";

export type ConsoleLog = (event: ConsoleLogEvent, data?: Readonly<Record<string, unknown>>) => void;

/** One JSON object per line, as CloudWatch Logs Insights reads it. @param write takes a whole line, its end included */
export function createConsoleLog(write: (line: string) => void): ConsoleLog {
  return (event, data) => write(`${JSON.stringify({ time: new Date().toISOString(), event, ...data })}\n`);
}
