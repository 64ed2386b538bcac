import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { invalidParameter } from "../errors.ts";
import type { LogEngine } from "../log-engine.ts";
import { groupName, streamName } from "../names.ts";
import { expiryTime } from "../retention.ts";
import { EVENT_OVERHEAD_BYTES } from "../store/event-store.ts";
import type { LogEvent } from "../write-buffer.ts";

/** Limits of a batch. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MAX_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const HOUR_MS = 60 * 60 * 1_000;
const MAX_SPAN_MS = 24 * HOUR_MS;
const MAX_AGE_MS = 14 * 24 * HOUR_MS;
const MAX_AHEAD_MS = 2 * HOUR_MS;

/** Events stored before others get a turn. */
const SLICE_EVENTS = 250;

export const putLogEventsSchema = z.strictObject({
  logGroupName: groupName,
  logStreamName: streamName,
  logEvents: z
    .array(z.strictObject({ timestamp: z.int().min(0), message: z.string().min(1) }))
    .min(1)
    .max(MAX_EVENTS),
  // AWS takes any token since 2023, and heeds none.
  sequenceToken: z.string().optional(),
});

export async function putLogEvents(engine: LogEngine, input: z.output<typeof putLogEventsSchema>) {
  const { logGroupName, logStreamName, logEvents } = input;
  const group = engine.store.groups.get(logGroupName);
  engine.store.streams.get(group.id, logStreamName);
  checkBatch(logEvents);
  const { accepted, rejected } = sortOut(logEvents, engine.now(), group.retentionDays);
  for (let start = 0; start < accepted.length; start += SLICE_EVENTS) {
    if (start > 0) await setImmediate();
    engine.write(logGroupName, logStreamName, accepted.slice(start, start + SLICE_EVENTS));
    // Answered events must survive a kill, so the next tick is not waited for.
    engine.buffer.flush();
  }
  return {
    nextSequenceToken: "0".repeat(56),
    ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
  };
}

/** @throws AwsError InvalidParameterException */
export function checkBatch(events: readonly LogEvent[]): void {
  const bytes = events.reduce(
    (sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES,
    0,
  );
  if (bytes > MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0))) {
    throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
  }
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > MAX_SPAN_MS) {
    throw invalidParameter(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  }
}

interface Rejected {
  expiredLogEventEndIndex?: number;
  tooOldLogEventEndIndex?: number;
  tooNewLogEventStartIndex?: number;
}

/** Splits a batch in chronological order into what is stored and what is too old or too new for it. */
export function sortOut(events: readonly LogEvent[], now: number, retentionDays: number | undefined) {
  const before = (time: number) => events.filter(({ timestamp }) => timestamp < time).length;
  const expired = before(expiryTime(now, retentionDays));
  const tooOld = before(now - MAX_AGE_MS);
  const end = before(now + MAX_AHEAD_MS + 1);
  const rejected: Rejected = {};
  if (expired > 0) rejected.expiredLogEventEndIndex = expired;
  if (tooOld > 0) rejected.tooOldLogEventEndIndex = tooOld;
  if (end < events.length) rejected.tooNewLogEventStartIndex = end;
  return { accepted: events.slice(Math.max(expired, tooOld), end), rejected };
}
