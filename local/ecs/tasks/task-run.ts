import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { ContainerEngine, ContainerExit } from "../container-engine.ts";
import type { Health, StopCode, Task, TaskDefinition } from "../model.ts";
import { lastSegment } from "../names.ts";
import type { EcsOptions, Target } from "../options.ts";
import { createLogWriter, logDestination } from "./awslogs.ts";
import { containerSpec } from "./container-spec.ts";
import { mayWriteLogs } from "./execution-role.ts";
import { taskHealth, watchHealth } from "./health-check.ts";
import { createLiveContainer, dependenciesMet, dependentsOf, type LiveContainer } from "./live-container.ts";
import { prepareTask } from "./prepare-task.ts";
import type { TaskStore } from "./task-store.ts";

const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

export interface TaskRunOptions {
  readonly ecs: EcsOptions;
  readonly engine: ContainerEngine;
  readonly store: TaskStore;
  readonly task: Task;
  readonly definition: TaskDefinition;
  /** Target groups that the task's containers answer for. */
  readonly loadBalancers: readonly { targetGroupArn: string; containerName: string; containerPort: number }[];
}

/** One task from PROVISIONING to STOPPED. */
export class TaskRun {
  readonly task: Task;
  readonly definition: TaskDefinition;
  readonly containers: readonly LiveContainer[];
  /** What the credentials endpoint knows the task by; undefined for a task without a role. */
  readonly credentialsId: string | undefined;
  /** Resolves when the task is STOPPED. */
  readonly ended: Promise<void>;
  readonly #options: TaskRunOptions;
  readonly #scratch: string;
  readonly #stopping = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #launched: Promise<void> = Promise.resolve();
  #killed = false;
  #targets: (readonly [targetGroupArn: string, targets: Target[]])[] = [];

  constructor(options: TaskRunOptions) {
    const { task, definition, ecs } = options;
    const id = lastSegment(task.taskArn);
    this.#options = options;
    this.task = task;
    this.definition = definition;
    this.ended = this.#ended.promise;
    this.#scratch = path.join(ecs.directory, "tasks", id);
    this.credentialsId = this.roleArn === undefined ? undefined : randomUUID();
    this.containers = task.containers.flatMap((state, index) => {
      const found = definition.containerDefinitions.find(({ name }) => name === state.name);
      return found ? [createLiveContainer(found, state, `${id}-${String(index + 1).padStart(10, "0")}`)] : [];
    });
  }

  get roleArn(): string | undefined {
    return this.task.overrides.taskRoleArn ?? this.definition.taskRoleArn;
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  start(): void {
    this.#launched = this.#launch();
  }

  /** Stops the task; only the first stop counts. */
  stop(stopCode: StopCode, reason: string): void {
    if (this.stopping) return;
    const { ecs, store } = this.#options;
    store.amend(this.task, {
      desiredStatus: "STOPPED",
      stopCode,
      stoppedReason: reason,
      stoppingAt: ecs.clock.now(),
    });
    this.#stopping.abort();
    void this.#shutDown();
  }

  /** Kills every process of the task, as a crash would; the task then stops by itself. */
  kill(): void {
    this.#killed = true;
    for (const { handle } of this.containers) handle?.kill();
  }

  async #launch(): Promise<void> {
    const { ecs, store, task } = this.#options;
    const starts: Promise<void>[] = [];
    try {
      // RunTask answers with the task in PROVISIONING before anything else happens to it.
      await undefined;
      for (const attachment of task.attachments) attachment.status = "ATTACHED";
      store.change(task, {
        lastStatus: "PENDING",
        connectivity: "CONNECTED",
        connectivityAt: ecs.clock.now(),
      });
      mkdirSync(this.#scratch, { recursive: true });
      store.amend(task, { pullStartedAt: ecs.clock.now() });
      await this.#fargateStart();
      const environments = await this.#unlessStopping(prepareTask(this.#options, this));
      store.amend(task, { pullStoppedAt: ecs.clock.now() });
      for (const container of this.containers) {
        starts.push(this.#startContainer(container, environments.get(container) ?? {}));
      }
      await this.#unlessStopping(Promise.all(starts));
      store.change(task, { lastStatus: "ACTIVATING" });
      this.#registerTargets();
      store.change(task, { lastStatus: "RUNNING", startedAt: ecs.clock.now() });
    } catch (error) {
      this.stop("TaskFailedToStart", error instanceof Error ? error.message : String(error));
      // A container that was starting meanwhile must not be missed by the stop.
      await Promise.allSettled(starts);
    }
  }

  /** Network interface and image of a Fargate task take their time on AWS; here, as long as was asked for. */
  async #fargateStart(): Promise<void> {
    const { ecs, task } = this.#options;
    const seconds = task.launchType === "FARGATE" ? (ecs.fargateStartSeconds ?? 0) : 0;
    if (seconds === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = ecs.clock.schedule(seconds * 1000, resolve);
    await this.#unlessStopping(promise).finally(cancel);
  }

  async #startContainer(
    container: LiveContainer,
    environment: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#unlessStopping(dependenciesMet(container, this.containers));
    this.#stopping.signal.throwIfAborted();
    const { ecs, engine, task, definition } = this.#options;
    const spec = container.definition;
    const destination = logDestination(spec, lastSegment(task.taskArn));
    const mayWrite = mayWriteLogs(ecs, task, definition, container);
    const writer = destination && mayWrite ? createLogWriter(ecs, destination) : undefined;
    try {
      container.handle = await engine.start(
        containerSpec({
          container,
          task,
          definition,
          environment,
          places: { fileSystems: ecs.fileSystems, scratch: this.#scratch },
          onOutput: writer && ((source, chunk) => writer.write(source, chunk)),
        }),
      );
    } catch (error) {
      container.state.reason = error instanceof Error ? error.message : String(error);
      throw error;
    }
    const { handle } = container;
    // A container writes and listens before its engine says that it has started.
    if (this.#killed) handle.kill();
    Object.assign(container.state, {
      runtimeId: container.runtimeId,
      lastStatus: "RUNNING",
      startedAt: ecs.clock.now(),
    });
    if (definition.networkMode !== "awsvpc") {
      container.state.networkBindings = spec.portMappings.map(({ containerPort, protocol }) => ({
        bindIP: "127.0.0.1",
        containerPort,
        hostPort: handle.hostPort(containerPort),
        protocol,
      }));
    }
    container.started.resolve();
    const over = new AbortController();
    if (spec.healthCheck) {
      void watchHealth(handle, spec.healthCheck, (health) => this.#onHealth(container, health), over.signal);
    }
    void handle.wait().then((exit) => {
      over.abort();
      writer?.end();
      this.#onExit(container, exit);
    });
  }

  #registerTargets(): void {
    const { ecs, loadBalancers } = this.#options;
    this.#targets = loadBalancers.flatMap(({ targetGroupArn, containerName, containerPort }) => {
      const handle = this.containers.find(({ definition }) => definition.name === containerName)?.handle;
      return handle
        ? [[targetGroupArn, [{ host: "127.0.0.1", port: handle.hostPort(containerPort) }]] as const]
        : [];
    });
    for (const [targetGroupArn, targets] of this.#targets) ecs.registerTargets?.(targetGroupArn, targets);
  }

  /** What its load balancers see of it; a task without any is healthy to them. */
  targetHealth(): "healthy" | "unhealthy" | "waiting" {
    const { ecs } = this.#options;
    const states = this.#targets.flatMap(([group, targets]) =>
      targets.map((target) => ecs.targetHealth?.(group, target) ?? "healthy"),
    );
    if (states.includes("unhealthy")) return "unhealthy";
    // No listener forwards to the group of a target that is unused: nobody will ever look at it.
    return states.every((state) => state === "healthy" || state === "unused") ? "healthy" : "waiting";
  }

  #onHealth(container: LiveContainer, health: Health): void {
    container.state.healthStatus = health;
    if (health === "HEALTHY") container.healthy.resolve();
    const essential = this.containers
      .filter(({ definition }) => definition.essential && definition.healthCheck)
      .map(({ state }) => state.healthStatus);
    this.#options.store.change(this.task, { healthStatus: taskHealth(essential) });
  }

  #onExit(container: LiveContainer, exit: ContainerExit): void {
    Object.assign(container.state, {
      lastStatus: "STOPPED",
      exitCode: exit.exitCode,
      ...(exit.outOfMemory ? { reason: "OutOfMemoryError: Container killed due to memory usage" } : {}),
    });
    container.exited.resolve(exit);
    if (this.stopping) return;
    if (container.definition.essential) {
      this.stop("EssentialContainerExited", "Essential container in task exited");
    } else {
      this.#options.store.change(this.task, {});
    }
  }

  async #unlessStopping<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this.#stopping;
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async #shutDown(): Promise<void> {
    const { store, task, ecs } = this.#options;
    await this.#launched;
    if (task.startedAt !== undefined) {
      store.change(task, { lastStatus: "DEACTIVATING" });
      for (const [group, targets] of this.#targets) ecs.deregisterTargets?.(group, targets);
    }
    store.change(task, { lastStatus: "STOPPING" });
    await Promise.all(this.containers.map((container) => this.#stopContainer(container)));
    store.amend(task, { executionStoppedAt: ecs.clock.now() });
    if (task.attachments.length > 0) store.change(task, { lastStatus: "DEPROVISIONING" });
    for (const attachment of task.attachments) attachment.status = "DELETED";
    try {
      rmSync(this.#scratch, { recursive: true, force: true });
    } catch (error) {
      ecs.log?.(`scratch folder of ${task.taskArn}: ${String(error)}`);
    }
    store.change(task, { lastStatus: "STOPPED", stoppedAt: ecs.clock.now() });
    this.#ended.resolve();
  }

  async #stopContainer(container: LiveContainer): Promise<void> {
    const { handle, definition, state } = container;
    if (!handle) {
      state.lastStatus = "STOPPED";
      container.exited.resolve(undefined);
      return;
    }
    await Promise.all(dependentsOf(container, this.containers).map(({ exited }) => exited.promise));
    if (state.lastStatus !== "STOPPED") {
      await handle.stop(definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS);
    }
    await container.exited.promise;
  }
}
