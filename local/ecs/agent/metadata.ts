import { availableParallelism, cpus } from "node:os";
import type { EcsContext } from "../context.ts";
import { parseTaskDefinition } from "../names.ts";
import type { LiveContainer } from "../tasks/live-container.ts";
import type { TaskRun } from "../tasks/task-run.ts";

const MIB = 1024 * 1024;
/** In a millisecond. */
const NANOSECONDS = 1_000_000;

/** `$ECS_CONTAINER_METADATA_URI_V4` (ECS developer guide, task metadata endpoint version 4). */
export function containerMetadata(run: TaskRun, container: LiveContainer): Record<string, unknown> {
  const { task, definition } = run;
  const { state } = container;
  const { family, revision } = parseTaskDefinition(task.taskDefinitionArn);
  const log = container.definition.logConfiguration;
  return {
    DockerId: container.runtimeId,
    Name: state.name,
    DockerName: state.name,
    Image: state.image,
    ImageID: "",
    Labels: {
      ...container.definition.dockerLabels,
      "com.amazonaws.ecs.cluster": task.clusterArn,
      "com.amazonaws.ecs.container-name": state.name,
      "com.amazonaws.ecs.task-arn": task.taskArn,
      "com.amazonaws.ecs.task-definition-family": family,
      "com.amazonaws.ecs.task-definition-version": String(revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: state.lastStatus,
    Limits: {
      CPU: Number(state.cpu),
      ...(state.memory === undefined ? {} : { Memory: Number(state.memory) }),
    },
    CreatedAt: iso(task.createdAt),
    ...(state.startedAt === undefined ? {} : { StartedAt: iso(state.startedAt) }),
    ...(state.exitCode === undefined ? {} : { ExitCode: state.exitCode }),
    ...(state.healthStatus === "UNKNOWN" ? {} : { Health: { status: state.healthStatus } }),
    Type: "NORMAL",
    ContainerARN: state.containerArn,
    ...(log ? { LogDriver: log.logDriver, LogOptions: log.options } : {}),
    Ports: container.definition.portMappings.map(({ containerPort, protocol }) => ({
      ContainerPort: containerPort,
      Protocol: protocol,
      HostPort: container.handle?.hostPort(containerPort) ?? containerPort,
    })),
    Networks: [{ NetworkMode: definition.networkMode ?? "bridge", IPv4Addresses: ["127.0.0.1"] }],
  };
}

export function taskMetadata(ecs: EcsContext, run: TaskRun, withTags: boolean): Record<string, unknown> {
  const { task } = run;
  const { family, revision } = parseTaskDefinition(task.taskDefinitionArn);
  const limits = {
    ...(task.cpu === "" ? {} : { CPU: Number(task.cpu) / 1024 }),
    ...(task.memory === "" ? {} : { Memory: Number(task.memory) }),
  };
  return {
    Cluster: task.clusterArn,
    TaskARN: task.taskArn,
    Family: family,
    Revision: String(revision),
    ...(task.group.startsWith("service:") ? { ServiceName: task.group.slice("service:".length) } : {}),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    Limits: limits,
    ...(task.pullStartedAt === undefined ? {} : { PullStartedAt: iso(task.pullStartedAt) }),
    ...(task.pullStoppedAt === undefined ? {} : { PullStoppedAt: iso(task.pullStoppedAt) }),
    AvailabilityZone: task.availabilityZone,
    LaunchType: task.launchType,
    Containers: run.containers.map((container) => containerMetadata(run, container)),
    ClockDrift: {
      ReferenceTimestamp: iso(ecs.options.clock.now()),
      ClockErrorBound: 0,
      ClockSynchronizationStatus: "SYNCHRONIZED",
    },
    ...(withTags ? { TaskTags: Object.fromEntries(task.tags.map(({ key, value }) => [key, value])) } : {}),
  };
}

/** What was last told of a container's CPU; a reader sets it against the next. */
const lastTold = new WeakMap<LiveContainer, { readonly read: string; readonly cpu: CpuStats }>();

interface CpuStats {
  readonly cpu_usage: { readonly total_usage: number };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

/**
 * The members of Docker's statistics that can be measured of processes; null for a container that is not running.
 * Usage in percent is what the container took of the machine between `precpu_stats` and `cpu_stats`, as Docker's API
 * reference counts it: the former is empty the first time.
 */
export function containerStats(container: LiveContainer): Record<string, unknown> | null {
  const stats = container.handle?.stats();
  if (!stats || container.state.lastStatus !== "RUNNING") return null;
  const read = iso(Date.now());
  const cpu = {
    cpu_usage: { total_usage: stats.cpuMilliseconds * NANOSECONDS },
    system_cpu_usage: systemCpuNanoseconds(),
    online_cpus: availableParallelism(),
  };
  const before = lastTold.get(container);
  lastTold.set(container, { read, cpu });
  return {
    read,
    preread: before?.read ?? "0001-01-01T00:00:00Z",
    name: container.state.name,
    id: container.runtimeId,
    num_procs: stats.processes,
    pids_stats: { current: stats.processes },
    cpu_stats: cpu,
    precpu_stats: before?.cpu ?? { cpu_usage: { total_usage: 0 } },
    memory_stats: {
      usage: stats.memoryBytes,
      max_usage: stats.maxMemoryBytes,
      ...(container.state.memory === undefined ? {} : { limit: Number(container.state.memory) * MIB }),
    },
  };
}

/** Of all the machine's CPUs since it started, idle time included. */
function systemCpuNanoseconds(): number {
  const milliseconds = cpus().flatMap(({ times }) => Object.values(times));
  return milliseconds.reduce((sum, time) => sum + time, 0) * NANOSECONDS;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
