import { DEFAULT_INSTANCE_TYPES, instanceShape } from "../../../events/instance-types.ts";
import { instanceHour } from "../../../events/prices.ts";
import { ECS_LIMITS } from "../../../functions/kit/ecs-limits.ts";

const INSTANCE = instanceShape(DEFAULT_INSTANCE_TYPES.arm64);

/**
 * AWS's side of the simulation: what it allows, and how long it takes. Each with where it is from; what nobody
 * publishes is marked as assumed, and docs/scale.md repeats these. All per account and region, us-east-1.
 */
export const AWS = {
  /** Calls a second, sustained and at once. Source: ECS developer guide, "AWS Fargate throttling quotas". */
  runTask: { perSecond: 20, burst: ECS_LIMITS.runTaskBurst },
  /** Tasks a second; on-demand and Spot apart. Source: the same. */
  fargateLaunches: { perSecond: ECS_LIMITS.fargateTasksPerSecond, burst: 100 },
  /** Tasks that one service starts a minute. Source: ECS developer guide, "Service quotas". */
  serviceLaunches: { perSecond: 500 / 60, burst: 500 },
  /** Tasks in PROVISIONING in one cluster. Source: ECS API reference, RunTask, ClientException. */
  provisioningTasks: 500,
  /** vCPUs of Fargate that run at once, on-demand and Spot each. Assumed for an account in use; a new one has 6. */
  vcpuQuota: 4_000,
  /** Seconds from RunTask to a running container. Source: containers-roadmap #358 and #696, 20 to 40 s in a VPC. */
  fargateStart: { median: 33, sigma: 0.2, least: 20, most: 90 },
  /** Seconds of these before the image is pulled, which is when billing begins. Source: Fargate pricing; assumed. */
  unbilledStart: 10,
  /** Of launches that become no running task: network interface, image, host. Assumed; nobody publishes it. */
  startFailures: 0.001,
  /** Of tasks on Spot, in an hour. Assumed; AWS publishes none for Fargate. */
  spotInterruptionsPerHour: 0.02,
  /** Seconds from an upload to the delivery of its event to a target. Assumed: "about half a second". */
  eventDelay: { median: 0.5, sigma: 0.4 },
  /** Source: EventBridge user guide, "Event retry policy": 24 hours, 185 times, exponential backoff, jitter. */
  eventRetries: { most: 185, hours: 24, firstSeconds: 1, longestSeconds: 600 },
  /** Of events that come twice. Assumed; EventBridge and SQS promise "at least once". */
  duplicates: 1e-4,
  /** Source: Lambda developer guide: account concurrency, time limit, seconds to the two retries after an error. */
  lambda: { concurrency: 1_000, timeoutSeconds: 900, retrySeconds: [60, 120] },
  /** Seconds until a new environment has read its code. Assumed for a container image of this size. */
  lambdaColdStart: 1.5,
  /** Messages of one ReceiveMessage. Source: SQS API reference. */
  receiveMessages: 10,
  /** Messages in flight on a standard queue. Source: SQS quotas. */
  inFlightMessages: 120_000,
  /** Seconds of a metric's period, and until an alarm sees it. Source: SQS, one-minute metrics; the rest assumed. */
  metricPeriod: 60,
  metricDelay: 20,
  /**
   * Write units a second of one partition of a table or index; a sort key that rises cannot be split for heat.
   * Source: DynamoDB developer guide, "Burst and adaptive capacity".
   */
  partitionWrites: 1_000,
  /** Write units a second of one table, on demand. Source: DynamoDB quotas. */
  tableWrites: 40_000,
  /** Events a second that reach targets. Source: EventBridge quotas. */
  eventInvocations: 18_750,
  /** Instances, of the default type for ARM: seconds to join the cluster, tasks on one that is there, idle minutes until one goes. Source: containers-roadmap #1716. */
  instance: {
    vcpus: INSTANCE.vcpus,
    gib: INSTANCE.gib,
    hour: instanceHour(DEFAULT_INSTANCE_TYPES.arm64) ?? 0,
  },
  instanceStart: 80,
  taskStartOnInstance: { median: 6, sigma: 0.2, least: 3, most: 20 },
  instanceIdleMinutes: 15,
  instancesFromZero: 2,
} as const;

/** A start time as a distribution, seconds. */
export interface StartTime {
  readonly median: number;
  readonly sigma: number;
  readonly least: number;
  readonly most: number;
}
