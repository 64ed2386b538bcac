import { PRICES } from "./prices.ts";

/** What an object takes of services other than its task. */
export interface RequestCounts {
  /** Events that a rule matches. */
  readonly events: number;
  /** Requests to SQS: ten messages may be one. */
  readonly queueRequests: number;
  readonly functionCalls: number;
  /** Seconds of functions, times the GB of their memory. */
  readonly functionGbSeconds: number;
  /** Write units: one for each KB of an item, and one for each entry of an index that comes, goes or changes. */
  readonly tableWrites: number;
  /** Read units: half a one for 4 KB that may be a moment old. */
  readonly tableReads: number;
  readonly objectPuts: number;
  readonly objectGets: number;
}

/** Dollars, by the part of the bill that they are on. */
export type RequestCosts = Readonly<Record<"events" | "queue" | "functions" | "table" | "objects", number>>;

/** Sent one by one, received and deleted in tens. */
const QUEUE_REQUESTS = 1.2;
/** `launch-upload` and `on-task-stopped`, 256 MB for 0.3 s each. */
const FUNCTION_GB_SECONDS = 2 * 0.25 * 0.3;

/** The hourly batch looks for the upload's job once, and adds it up twice. */
const BATCH_READS = 1.6;

/**
 * A small object: two writes of less than 1 KB, an entry of index `byTime`, and the claim of its key. A test measures it,
 * as it does what a task of its own takes.
 */
export const POOLED_REQUESTS: RequestCounts = {
  events: 1,
  queueRequests: QUEUE_REQUESTS,
  functionCalls: 0,
  functionGbSeconds: 0,
  tableWrites: 4,
  tableReads: BATCH_READS,
  objectPuts: 1,
  objectGets: 1,
};

/** An object with a task of its own; the two functions take the queue's place. */
export const DEDICATED_REQUESTS: RequestCounts = {
  events: 1,
  queueRequests: 0,
  functionCalls: 2,
  functionGbSeconds: FUNCTION_GB_SECONDS,
  tableWrites: 14,
  tableReads: 3 + BATCH_READS,
  objectPuts: 1,
  objectGets: 1,
};

/** What requests cost. */
export function requestCosts(counts: RequestCounts): RequestCosts {
  const { million, functionGbSecond } = PRICES;
  return {
    events: (counts.events * million.events) / 1e6,
    queue: (counts.queueRequests * million.queueRequests) / 1e6,
    functions:
      (counts.functionCalls * million.functionCalls) / 1e6 + counts.functionGbSeconds * functionGbSecond,
    table: (counts.tableWrites * million.tableWrites + counts.tableReads * million.tableReads) / 1e6,
    objects: (counts.objectPuts * million.objectPuts + counts.objectGets * million.objectGets) / 1e6,
  };
}

/** All parts together, in dollars. */
export function sumOfCosts(costs: RequestCosts): number {
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0);
}
