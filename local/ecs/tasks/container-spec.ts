import type { FileSystems } from "../../efs/file-systems.ts";
import type { ContainerSpec } from "../container-engine.ts";
import type { Task, TaskDefinition } from "../model.ts";
import { lastSegment } from "../names.ts";
import type { LiveContainer } from "./live-container.ts";
import { mountsOf } from "./volumes.ts";

/** What the engine is told to start: the task definition's container with the run's overrides. */
export function containerSpec(options: {
  readonly container: LiveContainer;
  readonly task: Task;
  readonly definition: TaskDefinition;
  readonly environment: Readonly<Record<string, string>>;
  readonly places: {
    readonly fileSystems: Pick<FileSystems, "locate"> | undefined;
    readonly scratch: string;
  };
  readonly onOutput: ContainerSpec["onOutput"];
}): ContainerSpec {
  const { task, definition, places } = options;
  const { definition: container, runtimeId } = options.container;
  const overrides = task.overrides.containerOverrides?.find(({ name }) => name === container.name);
  return {
    runtimeId,
    taskId: lastSegment(task.taskArn),
    name: container.name,
    image: container.image,
    entryPoint: container.entryPoint,
    command: overrides?.command ?? container.command,
    workingDirectory: container.workingDirectory,
    environment: options.environment,
    mounts: mountsOf(definition, container, places),
    ports: container.portMappings.map((mapping) => mapping.containerPort),
    memoryLimitMiB: overrides?.memory ?? container.memory,
    taskMemoryLimitMiB: task.memory === "" ? undefined : Number(task.memory),
    cpuUnits: overrides?.cpu ?? container.cpu,
    taskCpuUnits: task.cpu === "" ? undefined : Number(task.cpu),
    isolation: {
      user: container.user,
      readonlyRootFilesystem: container.readonlyRootFilesystem ?? false,
      initProcess: container.linuxParameters?.initProcessEnabled ?? false,
      addCapabilities: container.linuxParameters?.capabilities?.add ?? [],
      dropCapabilities: container.linuxParameters?.capabilities?.drop ?? [],
      labels: container.dockerLabels ?? {},
    },
    scratchDirectory: places.scratch,
    onOutput: options.onOutput,
  };
}
