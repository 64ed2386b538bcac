import { availableParallelism } from "node:os";
import type { EcsContext } from "../context.ts";
import { parseTaskDefinition } from "../names.ts";
import type { LiveContainer } from "../tasks/live-container.ts";
import type { TaskRun } from "../tasks/task-run.ts";

const MIB = 1024 * 1024;

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

/** The members of Docker's statistics that can be measured of processes; null for a container that is not running. */
export function containerStats(container: LiveContainer): Record<string, unknown> | null {
  const stats = container.handle?.stats();
  if (!stats || container.state.lastStatus !== "RUNNING") return null;
  return {
    read: iso(Date.now()),
    name: container.state.name,
    id: container.runtimeId,
    num_procs: stats.processes,
    pids_stats: { current: stats.processes },
    cpu_stats: {
      cpu_usage: { total_usage: stats.cpuMilliseconds * 1_000_000 },
      online_cpus: availableParallelism(),
    },
    memory_stats: {
      usage: stats.memoryBytes,
      max_usage: stats.maxMemoryBytes,
      ...(container.state.memory === undefined ? {} : { limit: Number(container.state.memory) * MIB }),
    },
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
