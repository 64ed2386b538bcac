import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { ReadLog } from "./last-log-lines.ts";

/** Lines that an incident keeps. */
const LINES = 50;
/** Characters of a line that an incident keeps. */
const MAX_LINE = 1_000;
/** Pages that are asked for at most; few are ever needed. */
const MAX_PAGES = 10;

/** Reads the end of a log stream; none when the container never wrote a line. */
export function logReader(logs: Pick<CloudWatchLogsClient, "send"> = new CloudWatchLogsClient({})): ReadLog {
  return async ({ group, stream }) => {
    try {
      const messages = await lastMessages(logs, group, stream);
      return { group, stream, lines: messages.map((message) => message.trimEnd().slice(0, MAX_LINE)) };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") throw error;
      return { group, stream, lines: [] };
    }
  };
}

/**
 * A page may be empty or short though there is more; the stream's beginning is reached when a token comes back as it was sent.
 * Source: Amazon CloudWatch Logs API reference, GetLogEvents.
 */
async function lastMessages(
  logs: Pick<CloudWatchLogsClient, "send">,
  logGroupName: string,
  logStreamName: string,
): Promise<string[]> {
  let messages: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES && messages.length < LINES; page += 1) {
    const { events = [], nextBackwardToken } = await logs.send(
      new GetLogEventsCommand({
        logGroupName,
        logStreamName,
        limit: LINES - messages.length,
        startFromHead: false,
        nextToken,
      }),
    );
    messages = [...events.map(({ message = "" }) => message), ...messages];
    if (nextBackwardToken === undefined || nextBackwardToken === nextToken) break;
    nextToken = nextBackwardToken;
  }
  return messages;
}
