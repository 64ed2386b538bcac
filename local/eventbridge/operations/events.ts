import { z } from "zod";
import { atomically } from "../../database.ts";
import { operation } from "../../wire/operation.ts";
import { busName, type EventBridgeContext, invalid } from "../context.ts";
import { eventTime } from "../event.ts";
import { flatten } from "../pattern/flatten.ts";
import { matches } from "../pattern/match.ts";
import { compilePattern } from "../pattern/pattern.ts";
import { checkEntry, entrySize } from "./put-events-entry.ts";

const define = operation<EventBridgeContext>();

const MAX_ENTRIES = 10;
/** 1 MB for the entries together; 256 KB until January 2026. */
const MAX_BYTES = 1024 * 1024;

const entry = z.strictObject({
  Time: z.number().optional(),
  Source: z.string().optional(),
  Resources: z.array(z.string().max(2048)).optional(),
  DetailType: z.string().max(128).optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().min(1).max(1600).optional(),
});

export type PutEventsEntry = z.output<typeof entry>;

export const PutEvents = define(z.strictObject({ Entries: z.array(entry) }), (context, input) => {
  const { Entries: entries } = input;
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    const bound = entries.length < 1 ? "greater than or equal to 1" : `less than or equal to ${MAX_ENTRIES}`;
    throw invalid(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (entries.reduce((sum, item) => sum + entrySize(item), 0) > MAX_BYTES) {
    throw invalid("Total size of the entries in the request is over the limit.");
  }
  const results = atomically(context.database, () => entries.map((item) => putOne(context, item)));
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
});

function putOne(context: EventBridgeContext, entry: PutEventsEntry) {
  const checked = checkEntry(entry);
  if (!checked.ok) return { ErrorCode: checked.code, ErrorMessage: checked.message };
  const bus = busName(entry.EventBusName);
  if (context.buses.find(bus) === undefined) {
    // AWS takes such an event and drops it.
    context.log("event dropped: there is no such event bus", { bus, source: checked.source });
  }
  const time = eventTime(entry.Time === undefined ? context.clock.now() : entry.Time * 1000);
  const { source, detail } = checked;
  const resources = entry.Resources ?? [];
  const event = { source, detail, "detail-type": checked.detailType, resources, time };
  return { EventId: context.router.publish(event, bus) };
}

/** Members that TestEventPattern wants in an event. */
const REQUIRED = ["id", "account", "source", "time", "region", "detail-type"];

export const TestEventPattern = define(
  z.strictObject({ EventPattern: z.string().max(4096), Event: z.string() }),
  (_context, input) => {
    const event = parseObject(input.Event);
    if (event === undefined || REQUIRED.some((member) => !Object.hasOwn(event, member))) {
      throw invalid("Parameter Event is not valid.");
    }
    return { Result: matches(compilePattern(input.EventPattern), flatten(event)) };
  },
);

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
