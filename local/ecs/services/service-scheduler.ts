import type { EcsContext } from "../context.ts";
import type { Deployment, Service, Task } from "../model.ts";
import { lastSegment } from "../names.ts";
import { isProtected } from "../operations/task-protection.ts";
import { deploy, deploymentBounds } from "./deployment.ts";
import { circuitBreakerThreshold, planRollout, type RolloutTask, restartDelayMs } from "./rollout-plan.ts";
import { note, publishAction, publishDeployment } from "./service-events.ts";
import { serviceArnOfTask, tasksOfService } from "./service-tasks.ts";
import { startServiceTasks } from "./start-service-tasks.ts";

/** A task that stopped by itself sooner than this counts towards the back-off. */
const SHORT_LIFE_MS = 60_000;
/** Failures in a row after which the service says that it cannot start tasks. */
const IMPAIRED_AFTER = 3;
const UNHEALTHY_REASON = "Task failed container health checks";
const UNHEALTHY_TARGET_REASON = "Task failed ELB health checks";

/** Keeps services at their desired count. Woken by changes of services and tasks; idle otherwise. */
export class ServiceScheduler {
  readonly #ecs: EcsContext;
  readonly #due = new Set<string>();
  readonly #failures = new Map<string, number>();
  /** Services that wait before their next start, with what cancels the wait. */
  readonly #waiting = new Map<string, () => void>();
  /** When a protection or a grace period ends, a service is looked at again. */
  readonly #looks = new Map<string, () => void>();
  #running = false;

  constructor(ecs: EcsContext) {
    this.#ecs = ecs;
    ecs.tasks.onChange((task) => this.#onTaskChange(task));
  }

  /** Looks at a service once what happens now has happened. */
  wake(serviceArn: string): void {
    if (!this.#running || this.#due.has(serviceArn)) return;
    this.#due.add(serviceArn);
    setImmediate(() => {
      this.#due.delete(serviceArn);
      const service = this.#ecs.services.get(serviceArn);
      if (service && this.#running) this.#reconcile(service);
    });
  }

  /** Takes up all services. Until then their tasks would find no endpoint that answers. */
  start(): void {
    this.#running = true;
    for (const { serviceArn } of this.#ecs.services.values()) this.wake(serviceArn);
  }

  /** Starts and replaces nothing from here on. */
  stop(): void {
    this.#running = false;
    for (const cancel of [...this.#waiting.values(), ...this.#looks.values()]) cancel();
  }

  #onTaskChange(task: Task): void {
    const serviceArn = serviceArnOfTask(task);
    const service = serviceArn === undefined ? undefined : this.#ecs.services.get(serviceArn);
    if (!service || !this.#running) return;
    if (task.lastStatus === "STOPPED") this.#onStopped(service, task);
    this.wake(service.serviceArn);
  }

  #onStopped(service: Service, task: Task): void {
    const { serviceArn } = service;
    const byItself = task.stopCode === "TaskFailedToStart" || task.stopCode === "EssentialContainerExited";
    const unhealthy = [UNHEALTHY_REASON, UNHEALTHY_TARGET_REASON].includes(task.stoppedReason ?? "");
    const lived = (task.stoppedAt ?? 0) - (task.startedAt ?? task.stoppedAt ?? 0);
    if ((byItself || unhealthy) && lived < SHORT_LIFE_MS) this.#backOff(service);
    else if (byItself) this.#failures.delete(serviceArn);
    const deployment = service.deployments.find(({ id }) => id === task.startedBy);
    const failed = task.startedAt === undefined && task.stopCode === "TaskFailedToStart";
    if (deployment?.rolloutState === "IN_PROGRESS" && (failed || unhealthy)) deployment.failedTasks += 1;
    if (unhealthy || failed) {
      note(
        this.#ecs,
        service,
        `(service ${service.serviceName}) task ${lastSegment(task.taskArn)} stopped: ${task.stoppedReason ?? ""}`,
      );
    }
    this.#ecs.services.put(service);
  }

  #backOff(service: Service): void {
    const { serviceArn, serviceName } = service;
    const failures = (this.#failures.get(serviceArn) ?? 0) + 1;
    this.#failures.set(serviceArn, failures);
    this.#waiting.get(serviceArn)?.();
    this.#waiting.set(
      serviceArn,
      this.#ecs.options.clock.schedule(restartDelayMs(failures), () => {
        this.#waiting.delete(serviceArn);
        this.wake(serviceArn);
      }),
    );
    if (failures !== IMPAIRED_AFTER) return;
    note(this.#ecs, service, `(service ${serviceName}) is unable to consistently start tasks successfully.`);
    publishAction(this.#ecs, service, "WARN", "SERVICE_TASK_START_IMPAIRED");
  }

  #reconcile(service: Service): void {
    const ecs = this.#ecs;
    const tasks = tasksOfService(ecs, service);
    const alive = tasks.filter((task) => task.desiredStatus === "RUNNING");
    const [primary] = service.deployments;
    if (service.status !== "ACTIVE" || !primary) {
      this.#drain(service, tasks);
      return;
    }
    primary.desiredCount = service.settings.desiredCount;
    const views = alive.map((task) => view(task, primary, service, ecs));
    this.#judge(service, primary, views);
    const [deployment = primary] = service.deployments;
    if (deployment !== primary) {
      // The circuit breaker rolled back: look again with the new primary deployment.
      ecs.services.put(service);
      this.wake(service.serviceArn);
      return;
    }
    const plan = planRollout(service.settings.desiredCount, deploymentBounds(service), views);
    this.#stopTasks(service, deployment, plan.stop, views);
    this.#startTasks(service, deployment, plan.start);
    this.#lookAgain(service, alive);
    ecs.services.put(service);
  }

  /** Time alone changes what may be done with protected tasks, and with unhealthy ones in their grace period. */
  #lookAgain(service: Service, alive: readonly Task[]): void {
    const { clock } = this.#ecs.options;
    this.#looks.get(service.serviceArn)?.();
    this.#looks.delete(service.serviceArn);
    const times = alive.flatMap((task) => [
      isProtected(task, clock.now()) ? (task.protection?.expirationDate ?? 0) : 0,
      isUnhealthy(task, this.#ecs) ? graceEnds(task, service) : 0,
    ]);
    const next = Math.min(...times.filter((time) => time > clock.now()));
    if (!Number.isFinite(next)) return;
    const cancel = clock.schedule(next - clock.now() + 1, () => this.wake(service.serviceArn));
    this.#looks.set(service.serviceArn, cancel);
  }

  #drain(service: Service, tasks: readonly Task[]): void {
    const reason = `Service ${service.serviceName} deleted`;
    for (const task of tasks) this.#ecs.runs.get(task.taskArn)?.stop("ServiceSchedulerInitiated", reason);
    if (service.status !== "DRAINING" || tasks.some((task) => task.lastStatus !== "STOPPED")) return;
    service.status = "INACTIVE";
    service.deployments = [];
    this.#ecs.services.put(service);
  }

  /** Tells whether the primary deployment has come through, or has failed. */
  #judge(service: Service, primary: Deployment, views: readonly RolloutTask[]): void {
    const ecs = this.#ecs;
    const now = ecs.options.clock.now();
    const desired = service.settings.desiredCount;
    const healthy = views.filter((task) => task.current && task.healthy).length;
    if (healthy > 0) primary.failedTasks = 0;
    const settled = healthy >= desired && views.every((task) => task.current) && views.length === desired;
    if (primary.rolloutState === "IN_PROGRESS") {
      const breaker = service.settings.deploymentConfiguration?.deploymentCircuitBreaker;
      if (settled) {
        service.deployments = [primary];
        service.lastCompleted = { taskDefinition: primary.taskDefinition };
        this.#finish(service, primary, "COMPLETED", `ECS deployment ${primary.id} completed.`, now);
      } else if (breaker?.enable && primary.failedTasks >= circuitBreakerThreshold(desired)) {
        this.#finish(
          service,
          primary,
          "FAILED",
          "ECS deployment circuit breaker: tasks failed to start.",
          now,
        );
        const back = service.lastCompleted?.taskDefinition;
        if (breaker.rollback && back !== undefined && back !== primary.taskDefinition) {
          service.settings.taskDefinition = back;
          this.#failures.delete(service.serviceArn);
          this.#waiting.get(service.serviceArn)?.();
          this.#waiting.delete(service.serviceArn);
          const reason = `ECS deployment circuit breaker: rolling back to deployment of ${back}.`;
          publishDeployment(ecs, service, deploy(service, now, reason), "IN_PROGRESS");
        }
      }
    }
    if (settled && !service.steady) {
      service.steady = true;
      note(ecs, service, `(service ${service.serviceName}) has reached a steady state.`);
      publishAction(ecs, service, "INFO", "SERVICE_STEADY_STATE");
    } else if (!settled) service.steady = false;
  }

  #finish(
    service: Service,
    deployment: Deployment,
    state: "COMPLETED" | "FAILED",
    reason: string,
    now: number,
  ): void {
    Object.assign(deployment, { rolloutState: state, rolloutStateReason: reason, updatedAt: now });
    publishDeployment(this.#ecs, service, deployment, state);
    note(
      this.#ecs,
      service,
      `(service ${service.serviceName}) (deployment ${deployment.id}) deployment ${state.toLowerCase()}.`,
    );
  }

  #stopTasks(
    service: Service,
    deployment: Deployment,
    taskArns: readonly string[],
    views: readonly RolloutTask[],
  ): void {
    if (taskArns.length === 0) return;
    for (const taskArn of taskArns) {
      const unhealthy = views.some((task) => task.taskArn === taskArn && task.unhealthy);
      const run = this.#ecs.runs.get(taskArn);
      const failed = run?.targetHealth() === "unhealthy" ? UNHEALTHY_TARGET_REASON : UNHEALTHY_REASON;
      const reason = unhealthy ? failed : `Scaling activity initiated by (deployment ${deployment.id})`;
      run?.stop("ServiceSchedulerInitiated", reason);
    }
    const ids = taskArns.map((taskArn) => `(task ${lastSegment(taskArn)})`).join(" ");
    note(
      this.#ecs,
      service,
      `(service ${service.serviceName}) has stopped ${taskArns.length} running tasks: ${ids}.`,
    );
  }

  #startTasks(service: Service, deployment: Deployment, count: number): void {
    const halted = deployment.rolloutState === "FAILED" || this.#waiting.has(service.serviceArn);
    if (count === 0 || halted) return;
    const { serviceName } = service;
    try {
      const ids = startServiceTasks(this.#ecs, service, deployment, count).map((id) => `(task ${id})`);
      note(this.#ecs, service, `(service ${serviceName}) has started ${ids.length} tasks: ${ids.join(" ")}.`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `(service ${serviceName}) was unable to place a task because ${reason}`;
      // Nothing but a change of the service helps, and that wakes it: said once, not tried again and again.
      if (service.events[0]?.message === message) return;
      note(this.#ecs, service, message);
      publishAction(this.#ecs, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE", { reason });
    }
  }
}

/** Until then unhealthy tasks are left alone (ECS API reference, healthCheckGracePeriodSeconds). */
function graceEnds(task: Task, service: Service): number {
  return (task.startedAt ?? 0) + (service.settings.healthCheckGracePeriodSeconds ?? 0) * 1000;
}

function view(task: Task, primary: Deployment, service: Service, ecs: EcsContext): RolloutTask {
  const containers = ecs.runs.get(task.taskArn)?.definition.containerDefinitions ?? [];
  const checked = containers.some(({ essential, healthCheck }) => essential && healthCheck);
  const now = ecs.options.clock.now();
  return {
    taskArn: task.taskArn,
    // A task on a draining instance is replaced as one of an old deployment is.
    current: task.startedBy === primary.id && !isDraining(task, ecs),
    // A load balancer's word counts as the container's own does.
    healthy:
      task.lastStatus === "RUNNING" &&
      (!checked || task.healthStatus === "HEALTHY") &&
      ecs.runs.get(task.taskArn)?.targetHealth() === "healthy",
    unhealthy: isUnhealthy(task, ecs) && graceEnds(task, service) <= now,
    protected: isProtected(task, now),
    createdAt: task.createdAt,
  };
}

function isUnhealthy(task: Task, ecs: EcsContext): boolean {
  return task.healthStatus === "UNHEALTHY" || hasUnhealthyTarget(task, ecs);
}

function hasUnhealthyTarget(task: Task, ecs: EcsContext): boolean {
  return ecs.runs.get(task.taskArn)?.targetHealth() === "unhealthy";
}

function isDraining(task: Task, ecs: EcsContext): boolean {
  if (task.containerInstanceArn === undefined) return false;
  return ecs.instances.get(task.containerInstanceArn)?.status === "DRAINING";
}
