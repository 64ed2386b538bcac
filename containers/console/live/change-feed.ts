import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Incident } from "../../../events/incidents/incident.ts";
import { type JobItem, OPEN_STATUSES } from "../../../events/jobs/job.ts";
import type { LiveEvent, LiveEventName } from "../api/schemas/live.ts";
import { incidentSummary } from "../incidents/incident-view.ts";
import { jobView } from "../jobs/job-view.ts";

/** Milliseconds between looks at the tables. */
const POLL_MS = 200;
/** Looks from one search for open jobs that are not known to the next: old ones, and such as are replayed. */
const LOOKS_PER_SEARCH = 10;
/** Looks from one look at incidents to the next. */
const LOOKS_PER_INCIDENTS = 5;
/** A job shows up with the time of its maker, whose clock may be behind by so much. */
const CLOCK_SKEW_MS = 3_000;
/** Without news, new jobs are looked for so far back. */
const NEWS_MS = 15_000;
/** An incident is written down some time after it has occurred. */
const INCIDENT_DELAY_MS = 5 * 60_000;
/** New jobs that one look takes in. */
export const MAX_NEW = 200;
/** Open jobs that one look reads again; of more, each look takes the next. */
export const MAX_FOLLOWED = 100;
/** Events that are kept for listeners that come back. */
const MAX_HISTORY = 500;

/** What a listener hears, with its text as an event stream has it. */
export interface FeedEvent {
  readonly id: string;
  readonly name: LiveEventName;
  readonly text: string;
}

export interface FeedSource {
  /** Jobs that became known from this instant on, newest first, at most `MAX_NEW`. */
  readonly newJobs: (since: Date) => Promise<readonly JobItem[]>;
  /** Ids of jobs that are not final. */
  readonly openJobs: () => Promise<readonly string[]>;
  readonly readJobs: (jobIds: readonly string[]) => Promise<readonly JobItem[]>;
  /** Incidents that occurred from this instant on. */
  readonly newIncidents: (since: Date) => Promise<readonly Incident[]>;
  readonly onError: (error: unknown) => void;
  readonly now: () => Date;
}

type Listener = (event: FeedEvent) => void;

/**
 * Tells every change to a job, and every new incident, to whoever listens: one look at the tables for all listeners of
 * this process, five times a second. While nobody listens it rests. See
 * docs/decisions/0010-live-updates-by-poll.md for why it is no stream of DynamoDB's.
 */
export class ChangeFeed {
  readonly #source: FeedSource;
  readonly #listeners = new Set<Listener>();
  /** The feed's name in event ids: one that comes back to another feed has missed things. */
  #name = "";
  #sequence = 0;
  #history: FeedEvent[] = [];
  /** Open jobs and those that were new a moment ago, as last seen; undefined until there has been a first look. */
  #known: Map<string, JobItem> | undefined;
  #incidents = new Set<string>();
  #newest = "";
  #looks = 0;
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
    if (this.#known) for (const event of this.#since(lastEventId)) listener(event);
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
    this.#known = undefined;
    this.#history = [];
    this.#looks = 0;
    this.#running = false;
  }

  async #look(): Promise<void> {
    const { newJobs, readJobs } = this.#source;
    const known = this.#known ?? new Map<string, JobItem>();
    const turn = this.#looks;
    const isFirst = this.#known === undefined;
    const [recent, found, incidents] = await Promise.all([
      newJobs(this.#newsSince()),
      turn % LOOKS_PER_SEARCH === 0 ? this.#search(known) : [],
      turn % LOOKS_PER_INCIDENTS === 0 ? this.#newIncidents() : [],
    ]);
    const isRecent = new Set(recent.map(({ jobId }) => jobId));
    const followed = await readJobs(this.#toFollow(known, isRecent, turn));
    const hasMissed = recent.length >= MAX_NEW && recent.every(({ jobId }) => !known.has(jobId));
    this.#looks++;

    const changed = [...recent, ...found, ...followed].filter((job) => differs(known.get(job.jobId), job));
    for (const job of changed) known.set(job.jobId, job);
    for (const job of known.values()) {
      if (!OPEN_STATUSES.includes(job.status) && !isRecent.has(job.jobId)) known.delete(job.jobId);
    }
    this.#newest = recent[0]?.createdAt ?? this.#newest;
    this.#known = known;
    if (isFirst || hasMissed) return this.#startAnew();
    for (const job of changed.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))) {
      this.#tell({ name: "job", data: jobView(job) });
    }
    for (const incident of incidents) this.#tell({ name: "incident", data: incidentSummary(incident) });
  }

  /** A little before the newest job that is known, but not long ago. */
  #newsSince(): Date {
    const earliest = this.#source.now().getTime() - NEWS_MS;
    return new Date(Math.max(earliest, (Date.parse(this.#newest) || 0) - CLOCK_SKEW_MS));
  }

  /** Open jobs that are not known yet. */
  async #search(known: ReadonlyMap<string, JobItem>): Promise<readonly JobItem[]> {
    const unknown = (await this.#source.openJobs()).filter((jobId) => !known.has(jobId));
    return this.#source.readJobs(unknown);
  }

  /** Open jobs to read again; those that are recent have been read. */
  #toFollow(known: ReadonlyMap<string, JobItem>, isRecent: ReadonlySet<string>, turn: number): string[] {
    const open = [...known.values()]
      .filter(({ jobId, status }) => OPEN_STATUSES.includes(status) && !isRecent.has(jobId))
      .map(({ jobId }) => jobId);
    if (open.length <= MAX_FOLLOWED) return open;
    const start = (turn * MAX_FOLLOWED) % open.length;
    return [...open, ...open].slice(start, start + MAX_FOLLOWED);
  }

  /** Incidents that are not known yet; the first look knows those that there are. */
  async #newIncidents(): Promise<readonly Incident[]> {
    const since = new Date(this.#source.now().getTime() - INCIDENT_DELAY_MS);
    const incidents = await this.#source.newIncidents(since);
    const fresh = incidents.filter(({ incidentId }) => !this.#incidents.has(incidentId));
    this.#incidents = new Set(incidents.map(({ incidentId }) => incidentId));
    return this.#known === undefined ? [] : fresh.toReversed();
  }

  /** Nobody can be told what has changed: all are to read the lists. */
  #startAnew(): void {
    this.#name = randomBytes(6).toString("hex");
    this.#history = [];
    const event = this.#event({ name: "ready", data: {} });
    for (const listener of this.#listeners) listener(event);
  }

  /** What a listener hears first: what it has missed when that is known, else that it should read the lists. */
  #since(lastEventId: string | undefined): FeedEvent[] {
    const [name, sequence] = lastEventId?.split(".") ?? [];
    const missed = this.#sequence - Number(sequence);
    if (name === this.#name && missed >= 0 && missed <= this.#history.length) {
      return this.#history.slice(this.#history.length - missed);
    }
    return [asEvent(`${this.#name}.${this.#sequence}`, { name: "ready", data: {} })];
  }

  #tell(change: LiveEvent): void {
    const event = this.#event(change);
    this.#history.push(event);
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    for (const listener of this.#listeners) listener(event);
  }

  #event(change: LiveEvent): FeedEvent {
    return asEvent(`${this.#name}.${++this.#sequence}`, change);
  }
}

/** JSON has no line breaks of its own, so one data line holds it. */
function asEvent(id: string, { name, data }: LiveEvent): FeedEvent {
  return { id, name, text: `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n` };
}

function differs(before: JobItem | undefined, now: JobItem): boolean {
  return before?.updatedAt !== now.updatedAt || before.status !== now.status;
}
