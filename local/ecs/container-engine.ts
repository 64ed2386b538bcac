/**
 * What runs containers. The task life cycle knows this interface alone; the process engine implements it
 * with processes of this machine, the Docker engine with containers.
 */
export interface ContainerEngine {
  readonly name: string;
  /** Makes an image startable. @throws CannotPullContainerError */
  pull(image: string): Promise<void>;
  /**
   * Readies images that tasks will need, so that the first of them need not wait; a failure shows when a task pulls.
   * Absent where a pull takes no time.
   */
  warmUp?(images: readonly string[]): Promise<void>;
  /** Starts a container. @throws CannotStartContainerError */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** Ends what a former run of the engine left behind; called once before the first start. */
  sweep(): Promise<void>;
  /** Lets go of the engine's own resources; every container has ended by then. */
  close(): Promise<void>;
}

export interface ContainerSpec {
  /** Unique name of this run of the container, e.g. `<task id>-<number>`. */
  readonly runtimeId: string;
  /** Containers with the same task id share the task's memory limit and its volumes. */
  readonly taskId: string;
  readonly name: string;
  readonly image: string;
  /** Replaces the image's ENTRYPOINT, and with it the image's CMD. */
  readonly entryPoint?: readonly string[] | undefined;
  /** Replaces the image's CMD. */
  readonly command?: readonly string[] | undefined;
  readonly workingDirectory?: string | undefined;
  /** Wins over the image's ENV. */
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Ports that the container listens on. */
  readonly ports: readonly number[];
  /** Hard limits, in MiB. */
  readonly memoryLimitMiB?: number | undefined;
  readonly taskMemoryLimitMiB?: number | undefined;
  /** Shares of a CPU that the container has when others want it too; 1,024 are one. */
  readonly cpuUnits?: number | undefined;
  /** What all containers of the task may take together, in the same units. */
  readonly taskCpuUnits?: number | undefined;
  /** Isolation, where the engine has any: what the process engine cannot enforce it leaves out. */
  readonly isolation?: Isolation | undefined;
  /** A folder that lives as long as the task. */
  readonly scratchDirectory: string;
  /** One call per piece of output, in order; without it the output is dropped. */
  readonly onOutput?: ((stream: "stdout" | "stderr", chunk: Buffer) => void) | undefined;
}

export interface Isolation {
  /** Instead of the image's own, e.g. `node` or `1000:1000`. */
  readonly user?: string | undefined;
  readonly readonlyRootFilesystem: boolean;
  /** An init process that forwards signals and reaps. */
  readonly initProcess: boolean;
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  /** Enforced by an engine that mounts. */
  readonly readOnly?: boolean | undefined;
}

export interface RunningContainer {
  /** Where a container port answers on this machine. */
  hostPort(containerPort: number): number;
  /** Resolves once, when nothing of the container runs any more. */
  wait(): Promise<ContainerExit>;
  /** The image's stop signal, then SIGKILL after the time-out. Resolves when the container has ended. */
  stop(timeoutSeconds: number): Promise<ContainerExit>;
  kill(): void;
  /** Runs a command inside the container, for health checks. Resolves with its exit code, 1 after the time-out. */
  exec(command: readonly string[], timeoutMs: number): Promise<number>;
  stats(): ContainerStats;
}

export interface ContainerExit {
  /** 128 + signal number for a container that a signal ended. */
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

export interface ContainerStats {
  readonly memoryBytes: number;
  readonly maxMemoryBytes: number;
  /** CPU time that the container has used since it started. */
  readonly cpuMilliseconds: number;
  readonly processes: number;
}

/** The image does not exist or cannot be read; the message starts as ECS's own does. */
export class CannotPullContainerError extends Error {
  readonly image: string;
  constructor(image: string, why: string, cause?: unknown) {
    super(`CannotPullContainerError: ${why}`, { cause });
    this.name = "CannotPullContainerError";
    this.image = image;
  }
}

/** The image is there but its command cannot be started. */
export class CannotStartContainerError extends Error {
  constructor(why: string, cause?: unknown) {
    super(`CannotStartContainerError: ${why}`, { cause });
    this.name = "CannotStartContainerError";
  }
}
