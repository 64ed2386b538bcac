import * as z from "zod";
import { DEFAULT_INSTANCE_TYPES, instanceShape } from "./instance-types.ts";
import type { CapacityProvider, TaskSize } from "./pipeline.ts";

/**
 * What AWS asks, in dollars; the only prices in the project. Change date and region with them.
 * Spot prices move: the share is the smaller end of the usual discount of 50 to 70 percent.
 */
export const PRICES = {
  region: "us-east-1",
  asOf: "2026-11-22",
  source: "copies of the AWS price list by third parties; confirm before quoting",
  /** An hour of Fargate. */
  fargate: {
    x86_64: { vcpu: 0.04048, gib: 0.004445 },
    arm64: { vcpu: 0.03238, gib: 0.00356 },
  },
  /** An hour of a GiB of ephemeral storage above the 20 GiB that come with every task. */
  storageGib: 0.000111,
  /** Of the price on demand. */
  spotShare: 0.5,
  /** The file system, with elastic throughput: a GB written, a GB read, a GB that stays a month. */
  fileSystem: { writeGb: 0.06, readGb: 0.03, gbMonth: 0.3 },
  /** A million of what each service counts. */
  million: {
    events: 1,
    queueRequests: 0.4,
    functionCalls: 0.2,
    tableWrites: 0.625,
    tableReads: 0.125,
    objectPuts: 5,
    objectGets: 0.4,
  },
  /** A GB of a function's memory for a second. */
  functionGbSecond: 0.0000166667,
  /** An hour of one. */
  loadBalancerHour: 0.0225,
  publicAddressHour: 0.005,
  natGatewayHour: 0.045,
  /** In one zone. */
  interfaceEndpointHour: 0.01,
  /** An hour of an instance, by type; of each family, double the size is double the price. */
  instanceHour: { "m7g.large": 0.0816, "m7i.large": 0.1008, "c7g.large": 0.0725, "r7g.large": 0.1071 },
  /** A month of one. */
  keyMonth: 1,
  secretMonth: 0.4,
  /** Of each metric that an alarm looks at. */
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  metricMonth: 0.3,
  /** A GB. */
  gigabyte: {
    natGateway: 0.045,
    interfaceEndpoint: 0.01,
    logIngestion: 0.5,
    logStorageMonth: 0.03,
    objectMonth: 0.023,
  },
  /** Ten thousand requests to KMS. */
  keyRequests: 0.03,
} as const;

/** What containers are built for. */
export const architecture = z.enum(["x86_64", "arm64"]);
export type Architecture = z.infer<typeof architecture>;

/** Of where and when the prices are, as items and pages name them. */
export const PRICE_LIST = `${PRICES.region}, ${PRICES.asOf}`;

/** What decides on the price of a task's second. */
export interface PricedTask {
  readonly size: TaskSize;
  readonly capacity: CapacityProvider;
  readonly architecture: Architecture;
  /** What it runs on when that is EC2. @default the deployment's default for the architecture */
  readonly instanceType?: string | undefined;
}

/** Fargate bills a task for a minute at least. Source: AWS Fargate pricing. */
export const FARGATE_MINIMUM_MS = 60_000;
const INCLUDED_STORAGE_GIB = 20;
const NANO = 1e9;
const HOUR_MS = 3_600_000;

/** Dollars for an hour of an instance; undefined for a family that the table does not have. */
export function instanceHour(type: string): number | undefined {
  const { family, vcpus } = instanceShape(type);
  const larges: Readonly<Record<string, number>> = PRICES.instanceHour;
  const large = larges[`${family}.large`];
  return large === undefined ? undefined : (large * vcpus) / 2;
}

/** Whether the table has what the task runs on; else `taskHour` is an estimate. */
export function isPriced({ capacity, instanceType }: PricedTask): boolean {
  return capacity !== "EC2" || instanceType === undefined || instanceHour(instanceType) !== undefined;
}

/** Dollars for an hour of a task. */
export function taskHour(task: PricedTask): number {
  const { size, capacity, architecture } = task;
  if (capacity === "EC2") return shareOfInstance(task);
  const { vcpu, gib } = PRICES.fargate[architecture];
  const storage = Math.max(0, (size.ephemeralStorageGiB ?? 0) - INCLUDED_STORAGE_GIB) * PRICES.storageGib;
  const compute = (size.cpu / 1024) * vcpu + (size.memoryMiB / 1024) * gib;
  return compute * (capacity === "FARGATE_SPOT" ? PRICES.spotShare : 1) + storage;
}

/**
 * On EC2 a task costs what it takes of its instance: the larger share of the two. A type that the table does not have
 * is taken to cost as much for a vCPU as the default one.
 */
function shareOfInstance({ size, architecture, instanceType }: PricedTask): number {
  const known = DEFAULT_INSTANCE_TYPES[architecture];
  const { vcpus, gib } = instanceShape(instanceType ?? known);
  const perVcpu = (instanceHour(known) ?? 0) / instanceShape(known).vcpus;
  const hour = instanceHour(instanceType ?? known) ?? perVcpu * vcpus;
  return hour * Math.max(size.cpu / 1024 / vcpus, size.memoryMiB / 1024 / gib);
}

/** Milliseconds that a task is billed for. An instance is paid for whoever uses it, so that EC2 has no minimum here. */
export function billedMs(capacity: CapacityProvider, ms: number): number {
  return capacity === "EC2" ? ms : Math.max(FARGATE_MINIMUM_MS, ms);
}

/** What a task of its own costs, in billionths of a dollar. @param ms from the pull of its image to its end */
export function taskCost(task: PricedTask, ms: number): number {
  return Math.round((taskHour(task) * billedMs(task.capacity, ms) * NANO) / HOUR_MS);
}

/**
 * What a share of a worker's time costs, in billionths of a dollar. A worker that takes eight objects at once has
 * eight places: an object pays for its place while it is processed. Places that are empty are the worker's idle
 * time, which is no object's doing and is counted apart.
 */
export function placeCost(worker: PricedTask, ms: number, places: number): number {
  return Math.round((taskHour(worker) * ms * NANO) / (HOUR_MS * places));
}
