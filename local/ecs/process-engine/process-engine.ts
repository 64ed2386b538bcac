import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import {
  CannotPullContainerError,
  CannotStartContainerError,
  type ContainerEngine,
  type ContainerSpec,
  type RunningContainer,
} from "../container-engine.ts";
import { choosePorts, releasePorts } from "../host-ports.ts";
import { hostCommand, translateVariable } from "./command.ts";
import { type ContainerRoot, createContainerRoot } from "./container-root.ts";
import { ContainerWatch } from "./container-watch.ts";
import { type Image, readImage } from "./image.ts";
import type { ImageStore } from "./image-store.ts";
import { ProcessContainer } from "./process-container.ts";
import { createProcessRecords } from "./process-records.ts";
import { Reaper } from "./reaper.ts";
import { signalGroup } from "./signals.ts";

/**
 * Runs the command of an image asset as a process of this machine, without building the image.
 *
 * True to a container: command, working directory, environment (nothing of the user's own), stop signal, exit
 * code, hard memory limit, volumes, health checks. Not isolated, where the Docker engine would be: the process
 * has the runtime's user, sees this machine's files and network, and may write outside its root; CPU shares,
 * capabilities and a read-only root are not enforced.
 *
 * Ports: all containers share this machine's loopback address. A container whose environment says `PORT=P` for
 * a container port P gets a free port in PORT instead, and HOST=127.0.0.1 beside it; any other must be able to bind P itself.
 */
export function createProcessEngine(options: {
  readonly images: ImageStore;
  readonly database: DatabaseSync;
}): ContainerEngine {
  const images = new Map<string, Image>();
  const watch = new ContainerWatch();
  const records = createProcessRecords(options.database);
  const reaper = new Reaper();
  let lastStart: Promise<void> = Promise.resolve();
  /** Starting a process blocks: between two starts the runtime answers whatever else came in. */
  const turnToStart = () => {
    lastStart = lastStart.then(() => setImmediate());
    return lastStart;
  };
  const guard = {
    add(group: number) {
      reaper.add(group);
      records.add(group);
    },
    remove(group: number) {
      reaper.remove(group);
      records.remove(group);
    },
  };

  return {
    name: "process",
    async pull(reference) {
      const source = options.images.resolve(reference);
      if (!source) {
        throw new CannotPullContainerError(
          reference,
          `pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ` +
            "not found (only image assets of the CDK app run as processes)",
        );
      }
      try {
        images.set(reference, readImage(source));
      } catch (cause) {
        throw new CannotPullContainerError(reference, `cannot read ${reference}: ${messageOf(cause)}`, cause);
      }
    },
    async start(spec) {
      const image = images.get(spec.image);
      if (!image) throw new CannotStartContainerError(`${spec.image} was not pulled`);
      await turnToStart();
      return startProcess(spec, image, guard, watch);
    },
    async sweep() {
      for (const pid of records.takeLeftovers()) signalGroup(pid, "SIGKILL");
      reaper.start();
    },
    async close() {
      reaper.close();
    },
  };
}

async function startProcess(
  spec: ContainerSpec,
  image: Image,
  guard: { add(group: number): void; remove(group: number): void },
  watch: ContainerWatch,
): Promise<RunningContainer> {
  const root = createContainerRoot({
    directory: path.join(spec.scratchDirectory, spec.name, "root"),
    files: image.files,
    mounts: spec.mounts,
    workingDirectory: spec.workingDirectory ?? image.workingDirectory,
  });
  const ports = await choosePorts(spec, image.environment);
  const environment = environmentOf(spec, image, root, ports);
  const arguments_ = spec.entryPoint?.length
    ? [...spec.entryPoint, ...(spec.command ?? [])]
    : [...image.entryPoint, ...(spec.command?.length ? spec.command : image.command)];
  try {
    const [program, ...args] = hostCommand(arguments_, root);
    const output = spec.onOutput ? "pipe" : "ignore";
    const child = spawn(program, args, {
      cwd: root.workingDirectory,
      env: environment,
      detached: true,
      stdio: ["ignore", output, output],
    });
    if (child.pid === undefined) {
      const [error] = (await once(child, "error")) as [Error];
      throw error;
    }
    guard.add(child.pid);
    child.stdout?.on("data", (chunk: Buffer) => spec.onOutput?.("stdout", chunk));
    child.stderr?.on("data", (chunk: Buffer) => spec.onOutput?.("stderr", chunk));
    const container = new ProcessContainer({
      child,
      pid: child.pid,
      taskId: spec.taskId,
      memoryLimitMiB: spec.memoryLimitMiB,
      taskMemoryLimitMiB: spec.taskMemoryLimitMiB,
      root,
      environment,
      stopSignal: image.stopSignal,
      ports,
      guard,
    });
    watch.add(container);
    void container.wait().then(() => {
      watch.remove(container);
      guard.remove(container.pid);
      releasePorts(ports);
    });
    return container;
  } catch (cause) {
    releasePorts(ports);
    throw new CannotStartContainerError(describeStartFailure(arguments_, cause), cause);
  }
}

function environmentOf(
  spec: ContainerSpec,
  image: Image,
  root: ContainerRoot,
  ports: ReadonlyMap<number, number>,
): Record<string, string> {
  const temporary = path.join(spec.scratchDirectory, spec.name, "tmp");
  const home = path.join(spec.scratchDirectory, spec.name, "home");
  for (const directory of [temporary, home]) mkdirSync(directory, { recursive: true });
  const merged: Record<string, string> = { ...image.environment, ...spec.environment };
  const translated = Object.fromEntries(
    Object.entries(merged).map(([name, value]) => [name, translateVariable(value, root)]),
  );
  for (const port of ports.values()) translated.PORT = String(port);
  // A container is alone in its network; here it would be open to this machine's neighbours.
  if (ports.size > 0) translated.HOST = "127.0.0.1";
  // The image's own folders in PATH come first, then the same path on this machine, where its programs are.
  const search = new Set([path.dirname(process.execPath), translated.PATH ?? "", merged.PATH ?? ""]);
  return { TMPDIR: temporary, HOME: home, ...translated, PATH: [...search].filter(Boolean).join(":") };
}

function describeStartFailure(command: readonly string[], cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") {
    return `failed to create task for container: exec: "${command[0] ?? ""}": executable file not found in $PATH`;
  }
  if (code === "EACCES")
    return `failed to create task for container: exec: "${command[0] ?? ""}": permission denied`;
  return `failed to create task for container: ${messageOf(cause)}`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
