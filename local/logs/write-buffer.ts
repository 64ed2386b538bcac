import type { Clock } from "../clock.ts";
import { atomically } from "../database.ts";
import { EVENT_OVERHEAD_BYTES } from "./store/event-store.ts";
import type { LogStore } from "./store/log-store.ts";
import type { StreamProgress } from "./store/stream-store.ts";

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** Where events go: ids for the database, names for listeners. */
export interface WriteTarget {
  readonly groupId: number;
  readonly streamId: number;
  readonly group: string;
  readonly stream: string;
}

export type EventListener = (
  group: string,
  stream: string,
  events: { timestamp: number; message: string }[],
) => void;

export interface WriteBufferOptions {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly onEvents: EventListener;
  readonly log: (line: string) => void;
}

/** How long an event waits for others to be committed with. */
const TICK_MS = 50;
/** Events in one transaction: a few milliseconds' work. */
const SLICE_EVENTS = 250;
/** Past this, writers wait for the database; so memory is bounded however fast they are. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** After a failed commit (a full disk) the next is tried this much later. */
const RETRY_MS = 1_000;

interface Batch {
  readonly target: WriteTarget;
  readonly events: readonly LogEvent[];
  readonly ingested: number;
}

/** Collects events and commits them in one transaction per tick, in slices that leave the event loop free. */
export class WriteBuffer {
  readonly #options: WriteBufferOptions;
  #batches: Batch[] = [];
  #events = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #retryAt = 0;
  /** Events that were dropped since the last attempt to store some. */
  #lost = 0;

  constructor(options: WriteBufferOptions) {
    this.#options = options;
  }

  add(target: WriteTarget, events: readonly LogEvent[]): void {
    if (this.#bytes > MAX_BUFFERED_BYTES && !this.#tryFlush()) {
      this.#lost += events.length;
      return;
    }
    this.#batches.push({ target, events, ingested: Math.trunc(this.#options.clock.now()) });
    this.#events += events.length;
    for (const { message } of events) this.#bytes += message.length + EVENT_OVERHEAD_BYTES;
    this.#arm();
  }

  /** Commits everything. @throws when the database cannot take it; nothing is lost then */
  flush(): void {
    while (this.#events > 0) this.#commitSlice();
  }

  /** Commits everything and ends the timers. */
  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.flush();
  }

  #arm(): void {
    if (this.#events >= SLICE_EVENTS && Date.now() >= this.#retryAt) {
      this.#immediate ??= setImmediate(() => {
        this.#immediate = undefined;
        this.#drain();
      });
    } else {
      this.#timer ??= setTimeout(
        () => {
          this.#timer = undefined;
          this.#drain();
        },
        Math.max(TICK_MS, this.#retryAt - Date.now()),
      );
    }
  }

  #drain(): void {
    if (this.#events === 0) return;
    this.#guard(() => this.#commitSlice());
    if (this.#events > 0) this.#arm();
  }

  #tryFlush(): boolean {
    return Date.now() >= this.#retryAt && this.#guard(() => this.flush());
  }

  #guard(commit: () => void): boolean {
    try {
      commit();
      return true;
    } catch (error) {
      this.#retryAt = Date.now() + RETRY_MS;
      this.#options.log(`logs: events could not be stored, to be tried again: ${(error as Error).message}`);
      return false;
    } finally {
      if (this.#lost > 0)
        this.#options.log(`logs: ${this.#lost} events were lost, as they could not be stored`);
      this.#lost = 0;
    }
  }

  #commitSlice(): void {
    const { taken, rest } = takeEvents(this.#batches, SLICE_EVENTS);
    const { store } = this.#options;
    atomically(store.database, () => insert(store, taken));
    this.#batches = rest;
    for (const { events } of taken) {
      this.#events -= events.length;
      for (const { message } of events) this.#bytes -= message.length + EVENT_OVERHEAD_BYTES;
    }
    for (const { target, events } of taken) {
      try {
        this.#options.onEvents(target.group, target.stream, [...events]);
      } catch (error) {
        this.#options.log(`logs: events of ${target.group} could not be read: ${(error as Error).message}`);
      }
    }
  }
}

/** The first `limit` events; a batch that does not fit whole is cut. */
function takeEvents(batches: readonly Batch[], limit: number): { taken: Batch[]; rest: Batch[] } {
  const taken: Batch[] = [];
  let left = limit;
  for (const [index, batch] of batches.entries()) {
    if (batch.events.length > left) {
      if (left > 0) taken.push({ ...batch, events: batch.events.slice(0, left) });
      const cut = { ...batch, events: batch.events.slice(left) };
      return { taken, rest: [cut, ...batches.slice(index + 1)] };
    }
    taken.push(batch);
    left -= batch.events.length;
  }
  return { taken, rest: [] };
}

function insert({ events: eventStore, streams, groups }: LogStore, batches: readonly Batch[]): void {
  const progress = new Map<number, StreamProgress>();
  const bytesOfGroup = new Map<number, number>();
  for (const { target, events, ingested } of batches) {
    const { groupId, streamId } = target;
    let { first, last, bytes } = progress.get(streamId) ?? {
      first: Number.MAX_SAFE_INTEGER,
      last: 0,
      bytes: 0,
    };
    const bytesBefore = bytes;
    for (const event of events) {
      const timestamp = Math.trunc(event.timestamp);
      eventStore.insert(groupId, { streamId, timestamp, ingested, message: event.message });
      bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
      first = Math.min(first, timestamp);
      last = Math.max(last, timestamp);
    }
    progress.set(streamId, { first, last, ingested, bytes });
    bytesOfGroup.set(groupId, (bytesOfGroup.get(groupId) ?? 0) + bytes - bytesBefore);
  }
  for (const [streamId, added] of progress) streams.advance(streamId, added);
  for (const [groupId, bytes] of bytesOfGroup) groups.addBytes(groupId, bytes);
}
