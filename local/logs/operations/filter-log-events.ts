import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import type { CallContext } from "../../wire/service.ts";
import { invalidParameter } from "../errors.ts";
import { compileFilterPattern, type MessageFilter } from "../filter-pattern/compile.ts";
import type { LogEngine } from "../log-engine.ts";
import { groupIdentifier, groupName, groupOf, streamName } from "../names.ts";
import { decodeToken, encodeToken } from "../page-token.ts";
import { EVENT_OVERHEAD_BYTES, type Found, type Position, type StoredEvent } from "../store/event-store.ts";

const MAX_EVENTS = 10_000;
const MAX_ANSWER_BYTES = 1_048_576;
/** A page ends after so many events even if few of them match, as AWS' pages do: the token leads on. */
const MAX_SCANNED = 20_000;
/** Events looked at before others get a turn. */
const SLICE_EVENTS = 500;

export const filterLogEventsSchema = z.strictObject({
  logGroupName: groupName.optional(),
  logGroupIdentifier: groupIdentifier.optional(),
  logStreamNames: z.array(streamName).min(1).max(100).optional(),
  logStreamNamePrefix: streamName.optional(),
  startTime: z.int().min(0).default(0),
  endTime: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().max(1024).default(""),
  nextToken: z.string().optional(),
  limit: z.int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
  // Answers have been interleaved whatever this says since 2019.
  interleaved: z.boolean().optional(),
  // Shows what a data protection policy masks; such a policy cannot be made here, so nothing is ever masked.
  unmask: z.boolean().optional(),
});
type FilterInput = z.output<typeof filterLogEventsSchema>;

/** A group's events in the order of their timestamps, `startTime` and `endTime` in the range. */
export async function filterLogEvents(engine: LogEngine, input: FilterInput, { signal }: CallContext) {
  const wanted = compileFilterPattern(input.filterPattern);
  const group = engine.store.groups.get(groupOf(engine.realm, input));
  const streamIds = chooseStreams(engine, group.id, input);
  engine.buffer.flush();
  const [onlyStream] = streamIds ?? [];
  const scan = (from: Position): Found[] =>
    streamIds?.size === 1 && onlyStream !== undefined
      ? engine.store.events.inStream(onlyStream, from, input.endTime, SLICE_EVENTS)
      : engine.store.events.inGroup(group.id, from, input.endTime, SLICE_EVENTS);

  const page = new Page(engine, { wanted, streamIds, limit: input.limit });
  let from = startOf(input);
  while (!signal.aborted) {
    const found = scan(from);
    for (const next of found) {
      if (!page.offer(next)) return page.answer(next);
    }
    const last = found.at(-1);
    if (found.length < SLICE_EVENTS || !last) break;
    from = { timestamp: last.timestamp, id: last.id + 1 };
    await setImmediate();
  }
  return page.answer(undefined);
}

/** Undefined for all streams of the group. @throws AwsError ResourceNotFoundException */
function chooseStreams(engine: LogEngine, groupId: number, input: FilterInput): Set<number> | undefined {
  const { logStreamNames, logStreamNamePrefix } = input;
  if (logStreamNames && logStreamNamePrefix !== undefined) {
    throw invalidParameter("logStreamNames and logStreamNamePrefix cannot be given together");
  }
  if (logStreamNames)
    return new Set(logStreamNames.map((name) => engine.store.streams.get(groupId, name).id));
  if (logStreamNamePrefix === undefined) return undefined;
  return new Set(engine.store.streams.idsByPrefix(groupId, logStreamNamePrefix));
}

function startOf({ nextToken, startTime }: FilterInput): Position {
  const start = { timestamp: startTime, id: 0 };
  if (nextToken === undefined) return start;
  const position = decodeToken(nextToken, isPosition);
  return position.timestamp < startTime ? start : position;
}

function isPosition(value: unknown): value is Position {
  const { timestamp, id } = (value ?? {}) as Partial<Position>;
  return Number.isSafeInteger(timestamp) && Number.isSafeInteger(id);
}

interface PageOptions {
  readonly wanted: MessageFilter;
  readonly streamIds: ReadonlySet<number> | undefined;
  readonly limit: number;
}

/** What one answer holds, and when it is full. */
class Page {
  readonly #engine: LogEngine;
  readonly #options: PageOptions;
  readonly #names = new Map<number, string | undefined>();
  readonly #events: (StoredEvent & { readonly stream: string })[] = [];
  #bytes = 0;
  #scanned = 0;

  constructor(engine: LogEngine, options: PageOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Takes an event in if it is wanted. @returns false when it is for the next page to look at it */
  offer({ id, streamId }: Found): boolean {
    const { wanted, streamIds, limit } = this.#options;
    if (this.#scanned >= MAX_SCANNED || this.#events.length >= limit) return false;
    this.#scanned++;
    if (streamIds && !streamIds.has(streamId)) return true;
    const event = this.#engine.store.events.get(id);
    const stream = this.#nameOf(streamId);
    if (!event || stream === undefined || !wanted(event.message)) return true;
    this.#bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
    if (this.#bytes > MAX_ANSWER_BYTES && this.#events.length > 0) return false;
    this.#events.push({ ...event, stream });
    return true;
  }

  answer(next: Found | undefined) {
    return {
      events: this.#events.map(({ id, timestamp, ingested, message, stream }) => ({
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime: ingested,
        eventId: `${String(timestamp).padStart(20, "0")}${String(id).padStart(36, "0")}`,
      })),
      // AWS' answers keep the member, empty, since every stream is searched.
      searchedLogStreams: [],
      ...(next && { nextToken: encodeToken({ timestamp: next.timestamp, id: next.id }) }),
    };
  }

  /** Undefined for a stream that was deleted since it was found. */
  #nameOf(streamId: number): string | undefined {
    if (!this.#names.has(streamId)) this.#names.set(streamId, this.#engine.store.streams.nameOf(streamId));
    return this.#names.get(streamId);
  }
}
