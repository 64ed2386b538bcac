import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { ContainerExit, ContainerStats, RunningContainer } from "../container-engine.ts";
import { withHostPorts } from "../host-ports.ts";
import { hostCommand } from "./command.ts";
import type { ContainerRoot } from "./container-root.ts";
import { membersOf, newUsage, type Watched } from "./container-watch.ts";
import { nextProcessTable } from "./process-table.ts";
import { exitCodeOf, killProcess, signalGroup } from "./signals.ts";

/** How long output that a stray process holds open is waited for once the container has ended. */
const OUTPUT_GRACE_MS = 500;

export interface ProcessContainerOptions {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly taskId: string;
  readonly memoryLimitMiB: number | undefined;
  readonly taskMemoryLimitMiB: number | undefined;
  readonly root: ContainerRoot;
  readonly environment: Readonly<Record<string, string>>;
  readonly stopSignal: NodeJS.Signals;
  readonly ports: ReadonlyMap<number, number>;
  /** Called before and after a process group lives, so that it cannot outlive the runtime. */
  readonly guard: { add(group: number): void; remove(group: number): void };
}

/** A container that is a process group of this machine. */
export class ProcessContainer implements RunningContainer, Watched {
  readonly usage = newUsage();
  readonly pid: number;
  readonly taskId: string;
  readonly memoryLimitMiB: number | undefined;
  readonly taskMemoryLimitMiB: number | undefined;
  readonly #options: ProcessContainerOptions;
  readonly #exit: Promise<ContainerExit>;
  #outOfMemory = false;

  constructor(options: ProcessContainerOptions) {
    this.#options = options;
    this.pid = options.pid;
    this.taskId = options.taskId;
    this.memoryLimitMiB = options.memoryLimitMiB;
    this.taskMemoryLimitMiB = options.taskMemoryLimitMiB;
    this.#exit = this.#whenEnded();
  }

  hostPort(containerPort: number): number {
    return this.#options.ports.get(containerPort) ?? containerPort;
  }

  wait(): Promise<ContainerExit> {
    return this.#exit;
  }

  async stop(timeoutSeconds: number): Promise<ContainerExit> {
    // As Docker does, the signal goes to the container's first process, which answers for the others.
    this.#options.child.kill(this.#options.stopSignal);
    const timer = setTimeout(() => this.kill(), timeoutSeconds * 1000);
    try {
      return await this.#exit;
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): void {
    signalGroup(this.pid, "SIGKILL");
  }

  onOutOfMemory(): void {
    this.#outOfMemory = true;
    this.kill();
  }

  stats(): ContainerStats {
    const { memoryBytes, maxMemoryBytes, cpuMilliseconds, processes } = this.usage;
    return { memoryBytes, maxMemoryBytes, cpuMilliseconds, processes };
  }

  async exec(command: readonly string[], timeoutMs: number): Promise<number> {
    const { root, environment, guard } = this.#options;
    const [program, ...args] = hostCommand(withHostPorts(command, this), root);
    const child = spawn(program, args, {
      cwd: root.workingDirectory,
      env: environment,
      detached: true,
      stdio: "ignore",
    });
    const { pid } = child;
    if (pid === undefined) {
      child.on("error", () => {});
      return 127;
    }
    guard.add(pid);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      signalGroup(pid, "SIGKILL");
    }, timeoutMs);
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    clearTimeout(timer);
    signalGroup(pid, "SIGKILL");
    guard.remove(pid);
    return timedOut ? 1 : exitCodeOf(code, signal);
  }

  async #whenEnded(): Promise<ContainerExit> {
    const { child } = this.#options;
    const closed = once(child, "close");
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    // A container ends with its first process: whatever else ran in it goes too.
    signalGroup(this.pid, "SIGKILL");
    for (const entry of membersOf(this.pid, this.usage.seen, await nextProcessTable()))
      killProcess(entry.pid);
    const grace = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, OUTPUT_GRACE_MS);
    await closed;
    clearTimeout(grace);
    return this.#outOfMemory
      ? { exitCode: 137, outOfMemory: true }
      : { exitCode: exitCodeOf(code, signal), outOfMemory: false };
  }
}
