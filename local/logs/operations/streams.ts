import { z } from "zod";
import { arn } from "../../wire/realm.ts";
import { invalidParameter } from "../errors.ts";
import type { LogEngine } from "../log-engine.ts";
import { groupIdentifier, groupName, groupOf, streamName } from "../names.ts";
import { decodeToken, toPage } from "../page-token.ts";
import type { LogStream, StreamPosition } from "../store/stream-store.ts";

const MAX_PAGE = 50;

export const logStreamSchema = z.strictObject({ logGroupName: groupName, logStreamName: streamName });
type LogStreamInput = z.output<typeof logStreamSchema>;

export function createLogStream(engine: LogEngine, { logGroupName, logStreamName }: LogStreamInput): void {
  engine.store.streams.create(engine.store.groups.get(logGroupName).id, logStreamName, engine.now());
}

export function deleteLogStream(engine: LogEngine, { logGroupName, logStreamName }: LogStreamInput): void {
  engine.deleteStream(logGroupName, logStreamName);
}

export const describeLogStreamsSchema = z.strictObject({
  logGroupName: groupName.optional(),
  logGroupIdentifier: groupIdentifier.optional(),
  logStreamNamePrefix: streamName.optional(),
  orderBy: z.enum(["LogStreamName", "LastEventTime"]).default("LogStreamName"),
  descending: z.boolean().default(false),
  nextToken: z.string().optional(),
  limit: z.int().min(1).max(MAX_PAGE).default(MAX_PAGE),
});

export function describeLogStreams(engine: LogEngine, input: z.output<typeof describeLogStreamsSchema>) {
  const { orderBy, descending, limit, nextToken, logStreamNamePrefix } = input;
  if (orderBy === "LastEventTime" && logStreamNamePrefix !== undefined) {
    throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  }
  const name = groupOf(engine.realm, input);
  const group = engine.store.groups.get(name);
  engine.buffer.flush();
  const streams = engine.store.streams.list({
    groupId: group.id,
    prefix: logStreamNamePrefix ?? "",
    orderBy,
    descending,
    after: nextToken === undefined ? undefined : decodeToken(nextToken, isStreamPosition),
    limit: limit + 1,
  });
  const { page, ...next } = toPage(streams, limit, (stream): StreamPosition => {
    return { time: orderBy === "LastEventTime" ? (stream.lastTimestamp ?? 0) : 0, name: stream.name };
  });
  return { logStreams: page.map((stream) => describe(engine, name, stream)), ...next };
}

function isStreamPosition(value: unknown): value is StreamPosition {
  return typeof value === "object" && value !== null && "time" in value && "name" in value;
}

function describe({ realm }: LogEngine, group: string, stream: LogStream) {
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    firstEventTimestamp: stream.firstTimestamp,
    lastEventTimestamp: stream.lastTimestamp,
    lastIngestionTime: stream.lastIngestion,
    arn: arn(realm, "logs", `log-group:${group}:log-stream:${stream.name}`),
    // AWS has counted bytes per group only since 2019, and says 0 for each stream.
    storedBytes: 0,
  };
}
