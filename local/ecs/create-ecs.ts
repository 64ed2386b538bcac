import { mkdirSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import type { z } from "zod";
import { parseInput } from "../wire/operation.ts";
import type { GatewayService } from "../wire/service.ts";
import { createAgent } from "./agent/agent.ts";
import { createContext, type EcsContext, findTaskDefinition } from "./context.ts";
import { drainInstance, loseInstance, registerInstance } from "./instances/instances.ts";
import { ManagedScaler } from "./instances/managed-scaler.ts";
import type { InstanceRegistration } from "./instances/model.ts";
import { stopLeftoverTasks } from "./leftover-tasks.ts";
import type { Task, TaskDefinition } from "./model.ts";
import * as clusters from "./operations/clusters.ts";
import { runTask } from "./operations/run-task.ts";
import * as services from "./operations/services.ts";
import * as definitions from "./operations/task-definitions.ts";
import type { EcsOptions } from "./options.ts";
import { createProcessEngine } from "./process-engine/process-engine.ts";
import { type RunTaskInput, runTaskSchema } from "./schemas/run-task.ts";
import type { createServiceSchema, updateServiceSchema } from "./schemas/service.ts";
import type { registerTaskDefinitionSchema } from "./schemas/task-definition.ts";
import { type ServiceCounts, serviceCounts } from "./services/service-counts.ts";
import { ServiceScheduler } from "./services/service-scheduler.ts";
import { serviceArnOfTask } from "./services/service-tasks.ts";
import { watchUtilization } from "./services/utilization.ts";
import { ecsGatewayService } from "./wire.ts";

/** Amazon ECS on this machine. */
export interface Ecs {
  /** The API, for requests that are signed for `ecs`. */
  readonly service: GatewayService;
  /** What tasks ask the ECS agent; answers false for a path that is not the agent's. */
  readonly agent: (request: IncomingMessage, response: ServerResponse) => boolean;
  // For whoever plays a template, again at every start: each creates the resource or changes it to what is said.
  applyCluster(input: z.output<typeof clusters.createClusterSchema>): {
    clusterArn: string;
    clusterName: string;
  };
  /** The cluster's services and tasks have gone by then. */
  deleteCluster(clusterName: string): void;
  putClusterCapacityProviders(input: z.output<typeof clusters.putClusterCapacityProvidersSchema>): void;
  createCapacityProvider(input: z.output<typeof clusters.createCapacityProviderSchema>): {
    name: string;
    capacityProviderArn: string;
  };
  deleteCapacityProvider(name: string): void;
  deregisterTaskDefinition(taskDefinitionArn: string): void;
  applyTaskDefinition(input: z.output<typeof registerTaskDefinitionSchema>): { taskDefinitionArn: string };
  applyService(input: z.output<typeof createServiceSchema>): { serviceArn: string; serviceName: string };
  updateService(input: z.output<typeof updateServiceSchema>): void;
  deleteService(input: z.output<typeof services.deleteServiceSchema>): void;
  /** A task definition by family, `family:revision` or ARN; undefined when there is none. */
  taskDefinition(reference: string): TaskDefinition | undefined;
  /** RunTask for callers inside the runtime. @throws AwsError as the API does */
  runTask(input: RunTaskInput): ReturnType<typeof runTask>;
  /** Takes Spot capacity away: warning event, SIGTERM, SIGKILL after the stop time-out. @returns whether it ran */
  interruptSpot(taskArn: string): boolean;
  /** SIGKILL to all of a task's processes. @returns whether it ran */
  killTask(taskArn: string): boolean;
  /** Active services with how many tasks they have and want. */
  services(): ServiceCounts[];
  /** An instance of an Auto Scaling group has started its ECS agent. */
  registerInstance(registration: InstanceRegistration): { containerInstanceArn: string };
  /** An instance is gone, with every process of its tasks. @returns whether it was registered */
  loseInstance(ec2InstanceId: string): boolean;
  /** Takes an instance out of use: its services' tasks move. @returns once nothing runs on it */
  drainInstance(ec2InstanceId: string): Promise<void>;
  /** Services behind this target group look at their tasks again. */
  targetHealthChanged(targetGroupArn: string): void;
  /** Tasks that are being run, from PROVISIONING on. */
  running(): { taskArn: string; family: string; capacityProvider: string | undefined }[];
  /** Ends what a killed runtime left behind and takes up the services. Call once, when the endpoint answers. */
  start(): Promise<void>;
  /** Stops every task and waits for it; no process is left. */
  stop(): Promise<void>;
}

export function createEcs(options: EcsOptions): Ecs {
  mkdirSync(options.directory, { recursive: true });
  const engine = options.engine ?? createProcessEngine(options);
  const ecs: EcsContext = createContext(options, engine, (serviceArn) => scheduler.wake(serviceArn));
  const scheduler = new ServiceScheduler(ecs);
  const scaler = new ManagedScaler(ecs);
  const stopMetrics = watchUtilization(ecs);
  return {
    service: ecsGatewayService(ecs),
    agent: createAgent(ecs),
    applyCluster: (input) => clusters.applyCluster(ecs, input),
    deleteCluster: (clusterName) => ecs.clusters.delete(clusterName),
    deleteCapacityProvider: (name) => ecs.capacityProviders.delete(name),
    deregisterTaskDefinition: (taskDefinition) =>
      void definitions.deregisterTaskDefinition(ecs, { taskDefinition }),
    putClusterCapacityProviders: (input) => void clusters.putClusterCapacityProviders(ecs, input),
    createCapacityProvider: (input) => clusters.createCapacityProvider(ecs, input).capacityProvider,
    applyTaskDefinition: (input) => definitions.applyTaskDefinition(ecs, input),
    applyService: (input) => services.applyService(ecs, input),
    updateService: (input) => void services.updateService(ecs, input),
    deleteService: (input) => void services.deleteService(ecs, input),
    taskDefinition(reference) {
      try {
        return findTaskDefinition(ecs, reference);
      } catch {
        return undefined;
      }
    },
    runTask(input) {
      const definition = { schema: runTaskSchema, run: runTask };
      const parsed = parseInput("ecs", "RunTask", definition, input, "InvalidParameterException");
      return runTask(ecs, parsed as z.output<typeof runTaskSchema>);
    },
    interruptSpot(taskArn) {
      const run = ecs.runs.get(taskArn);
      if (!run || run.stopping) return false;
      const stoppedReason = "Your Spot Task was interrupted.";
      ecs.tasks.change(run.task, {
        desiredStatus: "STOPPED",
        stopCode: "TerminationNotice",
        stoppedReason,
      });
      run.stop("SpotInterruption", stoppedReason);
      return true;
    },
    killTask(taskArn) {
      const run = ecs.runs.get(taskArn);
      run?.kill();
      return run !== undefined;
    },
    services: () => serviceCounts(ecs),
    registerInstance: (registration) => registerInstance(ecs, registration),
    loseInstance: (ec2InstanceId) => loseInstance(ecs, ec2InstanceId),
    drainInstance: (ec2InstanceId) => drainInstance(ecs, ec2InstanceId),
    targetHealthChanged(targetGroupArn) {
      for (const { serviceArn, settings } of ecs.services.values()) {
        if (settings.loadBalancers?.some((one) => one.targetGroupArn === targetGroupArn))
          ecs.reconcile(serviceArn);
      }
    },
    running: () =>
      [...ecs.runs.values()].map(({ task, definition }) => ({
        taskArn: task.taskArn,
        family: definition.family,
        capacityProvider: task.capacityProviderName,
      })),
    async start() {
      await engine.sweep();
      rmSync(path.join(options.directory, "tasks"), { recursive: true, force: true });
      stopLeftoverTasks(ecs);
      const active = [...ecs.taskDefinitions.values()].filter(({ status }) => status === "ACTIVE");
      const images = active.flatMap((one) => one.containerDefinitions.map(({ image }) => image));
      void engine.warmUp?.([...new Set(images)]);
      scheduler.start();
      scaler.start();
    },
    async stop() {
      scheduler.stop();
      scaler.stop();
      stopMetrics();
      ecs.draining = true;
      const runs = [...ecs.runs.values()];
      for (const run of runs) drain(run.task, (...stop) => run.stop(...stop));
      await Promise.all(runs.map((run) => run.ended));
      await engine.close();
    },
  };
}

/**
 * A service's task is replaced at the next start, which nobody needs to hear of; the work of any other task is
 * lost to the end of its host, and whoever started it must be able to tell.
 */
function drain(
  task: Task,
  stop: (code: "ServiceSchedulerInitiated" | "InfrastructureHealth", reason: string) => void,
) {
  if (serviceArnOfTask(task) === undefined) stop("InfrastructureHealth", "The local runtime was stopped.");
  else stop("ServiceSchedulerInitiated", "Scaling activity initiated by the end of the local runtime");
}
