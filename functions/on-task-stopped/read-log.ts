import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { ReadLog } from "./last-log-lines.ts";

/** Lines that an incident keeps. */
const LINES = 50;
/** Characters of a line that an incident keeps. */
const MAX_LINE = 1_000;

/** Reads the end of a log stream; none when the container never wrote a line. */
export function logReader(logs: Pick<CloudWatchLogsClient, "send"> = new CloudWatchLogsClient({})): ReadLog {
  return async ({ group, stream }) => {
    try {
      const { events = [] } = await logs.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: stream,
          limit: LINES,
          startFromHead: false,
        }),
      );
      return { group, stream, lines: events.map(({ message = "" }) => message.trimEnd().slice(0, MAX_LINE)) };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
      return { group, stream, lines: [] };
    }
  };
}
