import { StringDecoder } from "node:string_decoder";
import type { ContainerDefinition } from "../model.ts";
import type { EcsOptions } from "../options.ts";
import { standInGroup } from "./stand-in-log.ts";

/** The largest message of a CloudWatch Logs event as the awslogs driver cuts it: 256 KiB with 26 bytes of overhead. */
const MAX_MESSAGE_BYTES = 262_144 - 26;

export interface LogDestination {
  readonly group: string;
  readonly stream: string;
}

/** Options of the awslogs driver that are played; output is never dropped here, so `mode` changes nothing. */
export const awslogsOptions: ReadonlySet<string> = new Set([
  "awslogs-group",
  "awslogs-region",
  "awslogs-stream-prefix",
  "awslogs-create-group",
  "mode",
  "max-buffer-size",
]);

/** Where a container's output goes; undefined without a log configuration. */
export function logDestination(definition: ContainerDefinition, taskId: string): LogDestination | undefined {
  const standIn = standInGroup(definition);
  if (standIn !== undefined) return { group: standIn, stream: `${definition.name}/${taskId}` };
  const options = definition.logConfiguration?.options;
  const group = options?.["awslogs-group"];
  if (!options || group === undefined) return undefined;
  const prefix = options["awslogs-stream-prefix"];
  return {
    group,
    // Without a prefix Docker's driver names the stream after the container's id.
    stream: prefix === undefined ? taskId : `${prefix}/${definition.name}/${taskId}`,
  };
}

/** Turns output into one event a line; each of stdout and stderr keeps its own unfinished line. */
export function createLogWriter(
  { logs, clock }: Pick<EcsOptions, "logs" | "clock">,
  { group, stream }: LogDestination,
): { write(source: "stdout" | "stderr", chunk: Buffer): void; end(): void } {
  const sources = {
    stdout: { decoder: new StringDecoder("utf8"), rest: "" },
    stderr: { decoder: new StringDecoder("utf8"), rest: "" },
  };
  const send = (lines: string[]) => {
    const timestamp = Math.trunc(clock.now());
    const events = lines
      .map((line) => line.replace(/\r$/, ""))
      .filter((line) => line !== "")
      .flatMap((line) => splitMessage(line))
      .map((message) => ({ timestamp, message }));
    if (events.length > 0) logs.write(group, stream, events);
  };
  return {
    write(name, chunk) {
      const source = sources[name];
      const lines = (source.rest + source.decoder.write(chunk)).split("\n");
      source.rest = lines.pop() ?? "";
      // A line without an end must not be held in memory without an end either.
      if (source.rest.length > MAX_MESSAGE_BYTES) {
        lines.push(source.rest);
        source.rest = "";
      }
      send(lines);
    },
    end() {
      send(Object.values(sources).map((source) => source.rest + source.decoder.end()));
      for (const source of Object.values(sources)) source.rest = "";
    },
  };
}

/** Cuts a message into pieces of at most `limit` bytes without cutting a character. */
export function splitMessage(message: string, limit = MAX_MESSAGE_BYTES): string[] {
  if (message.length * 3 <= limit) return [message];
  const bytes = Buffer.from(message);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + limit, bytes.length);
    // 10xxxxxx continues a character that began before.
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    pieces.push(bytes.toString("utf8", start, end));
    start = end;
  }
  return pieces;
}
