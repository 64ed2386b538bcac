import { z } from "zod";
import { invalidParameter } from "../errors.ts";
import type { LogEngine } from "../log-engine.ts";
import { groupIdentifier, groupName, groupOf, streamName } from "../names.ts";
import { EVENT_OVERHEAD_BYTES, type Found, type Position, type StoredEvent } from "../store/event-store.ts";

const MAX_EVENTS = 10_000;
const MAX_ANSWER_BYTES = 1_048_576;

export const getLogEventsSchema = z.strictObject({
  logGroupName: groupName.optional(),
  logGroupIdentifier: groupIdentifier.optional(),
  logStreamName: streamName,
  startTime: z.int().min(0).default(0),
  endTime: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
  nextToken: z.string().optional(),
  limit: z.int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
  startFromHead: z.boolean().default(false),
  // Shows what a data protection policy masks; such a policy cannot be made here, so nothing is ever masked.
  unmask: z.boolean().optional(),
});

/** One stream's events; `startTime` is in the range, `endTime` is not. Without a token: the newest, or the first. */
export function getLogEvents(engine: LogEngine, input: z.output<typeof getLogEventsSchema>) {
  const { groups, streams, events } = engine.store;
  const stream = streams.get(groups.get(groupOf(engine.realm, input)).id, input.logStreamName);
  engine.buffer.flush();
  const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
  const forward = token?.forward ?? input.startFromHead;
  const start = { timestamp: input.startTime, id: 0 };
  const end = { timestamp: input.endTime, id: 0 };
  const from = forward ? later(token?.position ?? start, start) : earlier(token?.position ?? end, end);
  const found = forward
    ? events.inStream(stream.id, from, input.endTime - 1, input.limit)
    : events.inStreamBackward(stream.id, from, input.startTime, input.limit);
  const page = fetchPage(found, events.get);
  if (!forward) page.reverse();
  const first = page[0];
  const last = page.at(-1);
  return {
    events: page.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
    // Where nothing was found, both go on from the same place: the end of what has been seen.
    nextForwardToken: toToken("f", last ? { timestamp: last.timestamp, id: last.id + 1 } : from),
    nextBackwardToken: toToken("b", first ?? from),
  };
}

/** Messages of what was found, up to the size of an answer. */
function fetchPage(found: readonly Found[], get: (id: number) => StoredEvent | undefined): StoredEvent[] {
  const page: StoredEvent[] = [];
  let bytes = 0;
  for (const { id } of found) {
    const event = get(id);
    if (!event) continue;
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (bytes > MAX_ANSWER_BYTES && page.length > 0) break;
    page.push(event);
  }
  return page;
}

/** Tokens look as AWS' do: a direction and 56 digits; here the first 20 are the timestamp, the others the id. */
function toToken(direction: "f" | "b", { timestamp, id }: Position): string {
  return `${direction}/${String(timestamp).padStart(20, "0")}${String(id).padStart(36, "0")}/s`;
}

function parseToken(token: string): { forward: boolean; position: Position } {
  const match = /^([fb])\/(\d{20})(\d{36})\/s$/.exec(token);
  if (!match) throw invalidParameter("The specified nextToken is invalid.");
  return { forward: match[1] === "f", position: { timestamp: Number(match[2]), id: Number(match[3]) } };
}

const isBefore = (a: Position, b: Position) =>
  a.timestamp === b.timestamp ? a.id < b.id : a.timestamp < b.timestamp;
const later = (a: Position, b: Position) => (isBefore(a, b) ? b : a);
const earlier = (a: Position, b: Position) => (isBefore(a, b) ? a : b);
