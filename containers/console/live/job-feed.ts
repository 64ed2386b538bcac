import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type JobItem, OPEN_STATUSES } from "../../../events/jobs/job.ts";

/** Milliseconds between looks at the table. */
const POLL_MS = 1_000;
/** How many of the newest jobs one look takes in. */
export const WINDOW = 200;
/** Open jobs that are not among the newest any more: how many one look takes in. */
const MAX_STRAGGLERS = 25;
/** Events that are kept for listeners that come back. */
const MAX_HISTORY = 500;

/**
 * What a listener hears. `ready`: from here on every change is told; what was before is in the list of jobs.
 * `job`: a job as it is now.
 */
export type FeedEvent = { readonly id: string } & (
  | { readonly type: "ready" }
  | { readonly type: "job"; readonly job: JobItem }
);

export interface FeedSource {
  /** Newest first. */
  readonly newestJobs: (limit: number) => Promise<readonly JobItem[]>;
  readonly readJob: (jobId: string) => Promise<JobItem | undefined>;
  readonly onError: (error: unknown) => void;
}

type Listener = (event: FeedEvent) => void;

/**
 * Tells every change to a job to whoever listens. While somebody does, it looks at the newest jobs, and at older
 * ones that it knows to be open, once a second; while nobody does, it rests.
 */
export class JobFeed {
  readonly #source: FeedSource;
  readonly #listeners = new Set<Listener>();
  /** The feed's name in event ids: one that comes back to another feed has missed things. */
  #name = "";
  #sequence = 0;
  #history: FeedEvent[] = [];
  /** Jobs as they were last seen; undefined until there has been a first look. */
  #seen: Map<string, JobItem> | undefined;
  #running = false;

  constructor(source: FeedSource) {
    this.#source = source;
  }

  /**
   * @param lastEventId the last event that this listener had before, to be told what it has missed
   * @returns a function that ends the subscription
   */
  subscribe(listener: Listener, lastEventId?: string): () => void {
    this.#listeners.add(listener);
    if (this.#seen) for (const event of this.#since(lastEventId)) listener(event);
    if (!this.#running) void this.#run();
    return () => this.#listeners.delete(listener);
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#listeners.size > 0) {
      try {
        await this.#look();
      } catch (error) {
        this.#source.onError(error);
      }
      await pause(POLL_MS);
    }
    this.#seen = undefined;
    this.#history = [];
    this.#running = false;
  }

  async #look(): Promise<void> {
    const newest = await this.#source.newestJobs(WINDOW);
    const before = this.#seen;
    const jobs = [...newest, ...(await this.#stragglers(newest))];
    this.#seen = new Map(jobs.map((job) => [job.jobId, job]));
    const missedSome = newest.length === WINDOW && newest.every(({ jobId }) => !before?.has(jobId));
    if (!before || missedSome) {
      this.#name = randomBytes(6).toString("hex");
      this.#history = [];
      this.#tell({ type: "ready", id: this.#nextId() });
      return;
    }
    const changed = jobs.filter((job) => differs(before.get(job.jobId), job));
    for (const job of changed.sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))) {
      const event: FeedEvent = { type: "job", id: this.#nextId(), job };
      this.#history.push(event);
      this.#tell(event);
    }
    this.#history = this.#history.slice(-MAX_HISTORY);
  }

  /** Jobs that were open at the last look and have been pushed out of the newest. */
  async #stragglers(newest: readonly JobItem[]): Promise<JobItem[]> {
    const inWindow = new Set(newest.map(({ jobId }) => jobId));
    const open = [...(this.#seen?.values() ?? [])].filter(
      ({ jobId, status }) => OPEN_STATUSES.includes(status) && !inWindow.has(jobId),
    );
    // Those that are not read this time go first, so that the next look begins with them.
    const looked = await Promise.all(
      open.slice(0, MAX_STRAGGLERS).map(async (job) => (await this.#source.readJob(job.jobId)) ?? job),
    );
    return [...open.slice(MAX_STRAGGLERS), ...looked];
  }

  /** What a listener hears first: what it has missed when that is known, else that it should read the list. */
  #since(lastEventId: string | undefined): FeedEvent[] {
    const [name, sequence] = lastEventId?.split(".") ?? [];
    const missed = this.#sequence - Number(sequence);
    if (name === this.#name && missed >= 0 && missed <= this.#history.length) {
      return this.#history.slice(this.#history.length - missed);
    }
    return [{ type: "ready", id: `${this.#name}.${this.#sequence}` }];
  }

  #nextId(): string {
    return `${this.#name}.${++this.#sequence}`;
  }

  #tell(event: FeedEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function differs(before: JobItem | undefined, now: JobItem): boolean {
  return before?.updatedAt !== now.updatedAt || before.status !== now.status;
}
