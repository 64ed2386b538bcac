import type { Task } from "../model.ts";

const TIMES = [
  "connectivityAt",
  "createdAt",
  "executionStoppedAt",
  "pullStartedAt",
  "pullStoppedAt",
  "startedAt",
  "stoppedAt",
  "stoppingAt",
] as const;

/** A task as DescribeTasks, RunTask and StopTask answer it: times in seconds since the epoch. */
export function taskForApi(task: Task, withTags: boolean): Record<string, unknown> {
  const { protection: _protection, updatedAt: _updatedAt, tags, containers, attachments, ...rest } = task;
  const times = Object.fromEntries(
    TIMES.flatMap((name) => (task[name] === undefined ? [] : [[name, task[name] / 1000]])),
  );
  return {
    ...rest,
    ...times,
    containers: containers.map(({ startedAt: _startedAt, ...container }) => container),
    attachments,
    tags: withTags ? tags : [],
    ...(task.ephemeralStorage ? { fargateEphemeralStorage: task.ephemeralStorage } : {}),
  };
}

/**
 * A task as the `detail` of an `ECS Task State Change` event: times as ISO text, attachments in the event's
 * own short form, no tags.
 */
export function taskForEvent(task: Task): Record<string, unknown> {
  const { protection: _protection, tags: _tags, healthStatus, containers, attachments, ...rest } = task;
  const times = Object.fromEntries(
    [...TIMES, "updatedAt" as const].flatMap((name) =>
      task[name] === undefined ? [] : [[name, new Date(task[name]).toISOString()]],
    ),
  );
  return {
    ...rest,
    ...times,
    ...(healthStatus === "UNKNOWN" ? {} : { healthStatus }),
    containers: containers.map(
      ({ startedAt: _startedAt, healthStatus: health, networkBindings, ...container }) => ({
        ...container,
        ...(health === "UNKNOWN" ? {} : { healthStatus: health }),
        ...(networkBindings.length > 0 ? { networkBindings } : {}),
      }),
    ),
    attachments: attachments.map(({ id, status, details }) => ({ id, type: "eni", status, details })),
  };
}
