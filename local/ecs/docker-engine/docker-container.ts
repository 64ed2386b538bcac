import { PassThrough, type Readable } from "node:stream";
import type Docker from "dockerode";
import type { ContainerExit, ContainerStats, RunningContainer } from "../container-engine.ts";
import { releasePorts, withHostPorts } from "../host-ports.ts";
import { emptyStats, nextStats, readSamples } from "./stats.ts";

const SIGKILL_EXIT = 137;

export interface DockerContainerOptions {
  readonly docker: Docker;
  readonly container: Docker.Container;
  readonly ports: ReadonlyMap<number, number>;
  /** Whether the engine's `OOMKilled` can be relied on; Podman leaves it out on some kernels. */
  readonly reportsOutOfMemory: boolean;
  /** Resolves with the status when the container has ended. */
  readonly exit: Promise<{ StatusCode: number }>;
  /** Everything that the container wrote; ends with it. */
  readonly output: Promise<void>;
  readonly onStats: () => void;
  readonly log: (message: string) => void;
}

/** A container of the engine, from its start to its removal. */
export class DockerContainer implements RunningContainer {
  readonly #options: DockerContainerOptions;
  readonly #exit: Promise<ContainerExit>;
  #stats = emptyStats();
  #asked = false;
  #overTaskLimit = false;

  constructor(options: DockerContainerOptions) {
    this.#options = options;
    this.#exit = this.#whenEnded();
    void this.#watchStats();
  }

  hostPort(containerPort: number): number {
    return this.#options.ports.get(containerPort) ?? containerPort;
  }

  wait(): Promise<ContainerExit> {
    return this.#exit;
  }

  async stop(timeoutSeconds: number): Promise<ContainerExit> {
    this.#asked = true;
    // The engine answers once the container has ended, by the signal or by SIGKILL after the time-out.
    await this.#unlessGone(this.#options.container.stop({ t: timeoutSeconds }));
    return this.#exit;
  }

  kill(): void {
    this.#asked = true;
    void this.#unlessGone(this.#options.container.kill({ signal: "SIGKILL" }));
  }

  /** The containers of its task use more memory together than the task has. */
  killForMemory(): void {
    this.#overTaskLimit = true;
    this.kill();
  }

  async exec(command: readonly string[], timeoutMs: number): Promise<number> {
    const { container } = this.#options;
    const exec = await container.exec({
      Cmd: withHostPorts(command, this),
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({});
    const { promise: ended, resolve } = Promise.withResolvers<"ended" | "late">();
    const timer = setTimeout(() => resolve("late"), timeoutMs);
    stream
      .on("end", () => resolve("ended"))
      .on("error", () => resolve("ended"))
      .resume();
    const how = await ended;
    clearTimeout(timer);
    stream.destroy();
    if (how === "late") return 1;
    return (await exec.inspect()).ExitCode ?? 1;
  }

  stats(): ContainerStats {
    return this.#stats;
  }

  async #whenEnded(): Promise<ContainerExit> {
    const { container, exit, output, ports, reportsOutOfMemory } = this.#options;
    const { StatusCode: exitCode } = await exit;
    await output;
    const state = await container.inspect().then(
      ({ State }) => State,
      () => undefined,
    );
    await this.#unlessGone(container.remove({ force: true, v: true }));
    releasePorts(ports);
    // Without the engine's word: a SIGKILL that nobody here sent is the kernel's.
    const byKernel = !reportsOutOfMemory && !this.#asked && exitCode === SIGKILL_EXIT;
    return { exitCode, outOfMemory: this.#overTaskLimit || state?.OOMKilled === true || byKernel };
  }

  async #watchStats(): Promise<void> {
    const { container, onStats } = this.#options;
    try {
      const stream = (await container.stats({ stream: true })) as unknown as Readable;
      void this.#exit.then(() => stream.destroy());
      for await (const sample of readSamples(stream)) {
        this.#stats = nextStats(this.#stats, sample);
        onStats();
      }
    } catch {
      // It ended: there is nothing to measure any more.
    }
  }

  /** 304 and 409: it has ended; 404: it is gone. */
  async #unlessGone(request: Promise<unknown>): Promise<void> {
    try {
      await request;
    } catch (error) {
      const { statusCode, message } = error as { statusCode?: number; message?: string };
      if (statusCode !== undefined && [304, 404, 409].includes(statusCode)) return;
      // Podman says so with a 500.
      if (/container .*(not running|state improper|no such container|removing)/i.test(message ?? "")) return;
      this.#options.log(`docker: container ${this.#options.container.id.slice(0, 12)}: ${message}`);
    }
  }
}

/** Takes the attached stream apart; resolves when it has ended. */
export function demultiplex(
  docker: Docker,
  stream: NodeJS.ReadWriteStream,
  onOutput: ((source: "stdout" | "stderr", chunk: Buffer) => void) | undefined,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const sink = (source: "stdout" | "stderr") => {
    const pass = new PassThrough();
    return pass.on("data", (chunk: Buffer) => onOutput?.(source, chunk));
  };
  docker.modem.demuxStream(stream, sink("stdout"), sink("stderr"));
  for (const event of ["end", "close", "error"]) stream.on(event, () => resolve());
  return promise;
}
