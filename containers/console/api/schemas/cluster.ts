import { z } from "@hono/zod-openapi";
import { instant } from "./common.ts";

/** A task of the cluster. */
export const clusterTask = z
  .strictObject({
    taskArn: z.string(),
    /** The last part of its ARN. */
    taskId: z.string(),
    /** Its task definition's family and revision. */
    definition: z.string(),
    /** `service:<name>` or `family:<name>`. */
    group: z.string(),
    lastStatus: z.string(),
    desiredStatus: z.string(),
    /** Capacity provider, or launch type. */
    capacity: z.string(),
    /** CPU units and MiB. */
    cpu: z.int().optional(),
    memoryMiB: z.int().optional(),
    health: z.enum(["HEALTHY", "UNHEALTHY", "UNKNOWN"]),
    createdAt: instant.optional(),
    startedAt: instant.optional(),
    stoppedAt: instant.optional(),
    stopCode: z.string().optional(),
    stoppedReason: z.string().optional(),
  })
  .openapi("ClusterTask");
export type ClusterTask = z.output<typeof clusterTask>;

export const tasksQuery = z.strictObject({
  /** `stopped` tasks are known to ECS for about an hour. */
  state: z.enum(["running", "stopped"]).default("running"),
});

export const taskList = z
  .strictObject({
    tasks: z.array(clusterTask),
    /** Of all tasks in `tasks`, by capacity and last status. */
    counts: z.array(z.strictObject({ capacity: z.string(), lastStatus: z.string(), count: z.int() })),
    /** Whether there are more tasks than are listed. */
    truncated: z.boolean(),
  })
  .openapi("TaskList");
export type TaskList = z.output<typeof taskList>;

export const clusterService = z
  .strictObject({
    name: z.string(),
    status: z.string(),
    desired: z.int(),
    running: z.int(),
    pending: z.int(),
    definition: z.string(),
    deployments: z.array(
      z.strictObject({
        status: z.string(),
        rollout: z.string().optional(),
        reason: z.string().optional(),
        desired: z.int(),
        running: z.int(),
        failed: z.int(),
        startedAt: instant.optional(),
      }),
    ),
    /** ECS's own words on it, newest first. */
    events: z.array(z.strictObject({ at: instant, message: z.string() })),
  })
  .openapi("ClusterService");
export type ClusterService = z.output<typeof clusterService>;
export const serviceList = z.strictObject({ services: z.array(clusterService) }).openapi("ServiceList");
export type ServiceList = z.output<typeof serviceList>;

/** One decision to scale, and why. */
export const scalingDecision = z
  .strictObject({
    id: z.string(),
    service: z.string(),
    at: instant,
    description: z.string(),
    /** Why: the alarm and the policy, or the schedule. */
    cause: z.string(),
    status: z.enum(["pending", "in-progress", "successful", "overridden", "unfulfilled", "failed"]),
    statusMessage: z.string().optional(),
  })
  .openapi("ScalingDecision");
export type ScalingDecision = z.output<typeof scalingDecision>;
export const scalingList = z
  .strictObject({
    /** Newest first. */
    decisions: z.array(scalingDecision),
  })
  .openapi("ScalingList");

export const queue = z
  .strictObject({
    /** As the command line and the alarms call it. */
    name: z.string(),
    kind: z.enum(["work", "dead-letters"]),
    /** Messages that wait; approximate, as SQS has it. */
    visible: z.int(),
    inFlight: z.int(),
    delayed: z.int(),
  })
  .openapi("Queue");
export type Queue = z.output<typeof queue>;
export const queueList = z.strictObject({ queues: z.array(queue) }).openapi("QueueList");
export type QueueList = z.output<typeof queueList>;

export const historyQuery = z.strictObject({
  /** @default an hour ago */
  from: instant.optional(),
  /** @default now */
  to: instant.optional(),
});

/** A measure over time; a point that is missing was not measured. */
export const series = z
  .strictObject({
    /** `tasks.FARGATE_SPOT.running`, `queue.jobs.visible`, `service.<name>.cpu` … */
    id: z.string(),
    group: z.enum(["tasks", "queues", "services", "requests"]),
    label: z.string(),
    unit: z.enum(["count", "percent", "seconds"]),
    points: z.array(z.strictObject({ at: instant, value: z.number() })),
  })
  .openapi("Series");
export type Series = z.output<typeof series>;
export const history = z
  .strictObject({
    /** Seconds between points. */
    periodSeconds: z.int(),
    series: z.array(series),
  })
  .openapi("History");
export type History = z.output<typeof history>;
