import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { atomically } from "../database.ts";
import type { LogStore } from "./store/log-store.ts";

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const DAY_MS = 24 * 60 * 60 * 1_000;
const SWEEP_EVERY_MS = 60_000;
/** Events deleted at a time: a few milliseconds' work. */
const SLICE_EVENTS = 500;

/** The time before which a group's events have expired. */
export function expiryTime(now: number, retentionDays: number | undefined): number {
  return retentionDays === undefined ? 0 : now - retentionDays * DAY_MS;
}

export interface Sweeper {
  /** Deletes what has expired and what deleted streams left behind. */
  sweep(): Promise<void>;
  /** Ends the sweeps; resolves once one that is under way has ended. */
  stop(): Promise<void>;
}

/** Enforces retention, every minute of the clock's time. */
export function startSweeping(store: LogStore, clock: Clock, log: (line: string) => void): Sweeper {
  const dropped = openDroppedStreams(store.database);
  let stopped = false;
  let sweeping: Promise<void> = Promise.resolve();
  let cancel = () => {};

  /** Works in slices until one finds nothing more to do. */
  const inSlices = async (slice: () => number) => {
    while (!stopped && atomically(store.database, slice) === SLICE_EVENTS) await setImmediate();
  };
  const run = async () => {
    for (const group of store.groups.withRetention()) {
      const before = expiryTime(Math.trunc(clock.now()), group.retentionDays);
      await inSlices(() => {
        const { count, bytes } = store.events.removeOlder(group.id, before, SLICE_EVENTS);
        for (const [streamId, taken] of bytes) {
          store.groups.addBytes(group.id, -taken);
          store.streams.takeOff(streamId, taken);
        }
        return count;
      });
    }
    for (const streamId of dropped.all()) {
      await inSlices(() => store.events.removeOfStream(streamId, SLICE_EVENTS));
      if (!stopped) dropped.remove(streamId);
    }
  };
  const sweep = () => {
    sweeping = sweeping.then(run);
    return sweeping;
  };
  const arm = () => {
    cancel = clock.schedule(SWEEP_EVERY_MS, () => {
      sweep()
        .catch((error: Error) => {
          sweeping = Promise.resolve();
          log(`logs: expired events could not be deleted: ${error.message}`);
        })
        .finally(() => {
          if (!stopped) arm();
        });
    });
  };
  arm();
  return {
    sweep,
    async stop() {
      stopped = true;
      cancel();
      await sweeping.catch(() => {});
    },
  };
}

function openDroppedStreams(database: DatabaseSync) {
  const all = database.prepare("SELECT stream_id FROM logs_dropped_streams");
  const remove = database.prepare("DELETE FROM logs_dropped_streams WHERE stream_id = ?");
  return {
    all: (): number[] => all.all().map((row) => Number(row.stream_id)),
    remove(streamId: number): void {
      remove.run(streamId);
    },
  };
}
