import type { Clock } from "../clock.ts";
import { atomically } from "../database.ts";
import type { Realm } from "../wire/realm.ts";
import { invalidParameter } from "./errors.ts";
import { groupName, streamName } from "./names.ts";
import { RETENTION_DAYS } from "./retention.ts";
import type { LogStore } from "./store/log-store.ts";
import type { LogEvent, WriteBuffer, WriteTarget } from "./write-buffer.ts";

/** Streams whose ids are remembered, so that a write needs no look-up. */
const MAX_TARGETS = 1_000;

/** What the API's operations and the runtime's other services do with logs. */
export class LogEngine {
  readonly realm: Realm;
  readonly store: LogStore;
  readonly clock: Clock;
  readonly buffer: WriteBuffer;
  readonly #targets = new Map<string, WriteTarget>();

  constructor(parts: { realm: Realm; store: LogStore; clock: Clock; buffer: WriteBuffer }) {
    this.realm = parts.realm;
    this.store = parts.store;
    this.clock = parts.clock;
    this.buffer = parts.buffer;
  }

  /** Whole milliseconds since the epoch. */
  now(): number {
    return Math.trunc(this.clock.now());
  }

  /** @throws AwsError ResourceAlreadyExistsException, InvalidParameterException */
  createGroup(name: string, tags: Readonly<Record<string, string>>): void {
    if (!groupName.safeParse(name).success) throw invalidParameter(`${name} is not a log group's name`);
    if (/^aws\//i.test(name)) throw invalidParameter("Log groups starting with AWS/ are reserved for AWS.");
    this.store.groups.create({ name, created: this.now(), retentionDays: undefined, tags });
  }

  /** @throws AwsError ResourceNotFoundException, InvalidParameterException */
  setRetention(name: string, days: number | undefined): void {
    const group = this.store.groups.get(name);
    if (days !== undefined && !(RETENTION_DAYS as readonly number[]).includes(days)) {
      throw invalidParameter(`retentionInDays is ${days}; it must be one of ${RETENTION_DAYS.join(", ")}`);
    }
    this.store.groups.setRetention(group.id, days);
  }

  /** @throws AwsError ResourceNotFoundException */
  setTags(name: string, tags: Readonly<Record<string, string>>): void {
    this.store.groups.setTags(this.store.groups.get(name).id, tags);
  }

  /** @throws AwsError ResourceNotFoundException */
  deleteGroup(name: string): void {
    const group = this.store.groups.get(name);
    this.buffer.flush();
    this.#targets.clear();
    atomically(this.store.database, () => {
      this.store.streams.removeAll(group.id);
      this.store.groups.remove(group.id);
    });
  }

  /** @throws AwsError ResourceNotFoundException */
  deleteStream(groupName: string, name: string): void {
    const group = this.store.groups.get(groupName);
    this.buffer.flush();
    const stream = this.store.streams.get(group.id, name);
    this.#targets.clear();
    atomically(this.store.database, () => {
      this.store.groups.addBytes(group.id, -stream.storedBytes);
      this.store.streams.remove(stream.id);
    });
  }

  /** Takes events in, and makes the stream on demand. @throws AwsError ResourceNotFoundException */
  write(group: string, stream: string, events: readonly LogEvent[]): void {
    const target = this.#target(group, stream);
    if (events.length > 0) this.buffer.add(target, events);
  }

  #target(group: string, stream: string): WriteTarget {
    const key = `${group}:${stream}`;
    const known = this.#targets.get(key);
    if (known) return known;
    const groupId = this.store.groups.get(group).id;
    if (!streamName.safeParse(stream).success) throw invalidParameter(`${stream} is not a log stream's name`);
    const streamId = this.store.streams.ensure(groupId, stream, this.now());
    const target = { groupId, streamId, group, stream };
    if (this.#targets.size >= MAX_TARGETS) this.#targets.clear();
    this.#targets.set(key, target);
    return target;
  }
}
