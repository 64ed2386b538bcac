import type { ContainerCreateOptions } from "dockerode";
import type { ContainerSpec, Isolation } from "../container-engine.ts";

const MIB = 1024 * 1024;
/** The least share of a CPU that Docker sets. */
const MIN_SHARES = 2;

/** Says whose a container is, so that the next start of the same runtime finds what this one left behind. */
export const OWNER_LABEL = "dev.longshore.owner";
const TASK_LABEL = "dev.longshore.task";
const CONTAINER_LABEL = "dev.longshore.container";

const NO_ISOLATION: Isolation = {
  readonlyRootFilesystem: false,
  initProcess: false,
  addCapabilities: [],
  dropCapabilities: [],
  labels: {},
};

/** What a container is created with. @param cpus how many the engine's machine has */
export function containerOptions(
  spec: ContainerSpec,
  engine: { readonly image: string; readonly owner: string; readonly cpus: number },
  ports: ReadonlyMap<number, number>,
): ContainerCreateOptions {
  const memory = memoryLimit(spec);
  const { user, labels, ...isolation } = spec.isolation ?? NO_ISOLATION;
  const environment = { ...spec.environment, ...portVariables(ports) };
  return {
    name: `longshore-${spec.runtimeId}-${spec.name}`,
    Image: engine.image,
    // An empty list means the image's own to the Docker API.
    ...(spec.entryPoint?.length ? { Entrypoint: [...spec.entryPoint] } : {}),
    ...(spec.command?.length ? { Cmd: [...spec.command] } : {}),
    ...(spec.workingDirectory === undefined ? {} : { WorkingDir: spec.workingDirectory }),
    ...(user === undefined ? {} : { User: user }),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: {
      ...labels,
      [OWNER_LABEL]: engine.owner,
      [TASK_LABEL]: spec.taskId,
      [CONTAINER_LABEL]: spec.name,
    },
    // ECS ignores an image's own health check (ECS API reference, HealthCheck).
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      // The endpoint, the agent and the credentials answer on this machine's loopback address alone.
      NetworkMode: "host",
      ...(memory === undefined ? {} : { Memory: memory * MIB, MemorySwap: memory * MIB }),
      ...(spec.cpuUnits ? { CpuShares: Math.max(MIN_SHARES, spec.cpuUnits) } : {}),
      // A task's CPU is a ceiling on Fargate; more than the machine has would be refused.
      ...(spec.taskCpuUnits ? { NanoCpus: Math.min(engine.cpus, spec.taskCpuUnits / 1024) * 1e9 } : {}),
      ReadonlyRootfs: isolation.readonlyRootFilesystem,
      Init: isolation.initProcess,
      CapAdd: [...isolation.addCapabilities],
      CapDrop: [...isolation.dropCapabilities],
      Binds: spec.mounts.map(
        ({ hostPath, containerPath, readOnly }) => `${hostPath}:${containerPath}${readOnly ? ":ro" : ""}`,
      ),
      // Output is read from the attached streams; the engine need not keep it as well.
      LogConfig: { Type: "none", Config: {} },
    },
  };
}

/** The container's hard limit, or the task's where that is less, in MiB. */
function memoryLimit({ memoryLimitMiB, taskMemoryLimitMiB }: ContainerSpec): number | undefined {
  const limits = [memoryLimitMiB, taskMemoryLimitMiB].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function portVariables(ports: ReadonlyMap<number, number>): Record<string, string> {
  const [port] = ports.values();
  // A container is alone in its network; here it would be open to this machine's neighbours.
  return port === undefined ? {} : { PORT: String(port), HOST: "127.0.0.1" };
}
