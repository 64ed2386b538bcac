import type { IncomingMessage, ServerResponse } from "node:http";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { CannotPullContainerError } from "../ecs/container-engine.ts";
import type { EcsEvent, EcsFaults } from "../ecs/options.ts";
import type { DeliveryRequest } from "../eventbridge/delivery/request.ts";
import type { InterceptedCall } from "../gateway/gateway.ts";
import { interceptCall } from "./api-faults.ts";
import type { ArmedFault } from "./armed-fault.ts";
import { Arsenal, type FaultStatus } from "./arsenal.ts";
import { EventFaults } from "./event-faults.ts";
import { answerFaults } from "./http.ts";
import { createInjectionLog, type Injection } from "./injection-log.ts";
import { InstanceFaults } from "./instance-faults.ts";
import { QueueFaults, type Received, type ShowAgain } from "./queue-faults.ts";
import type { Scenario } from "./scenario.ts";
import { isFamily, type TaskActions, TaskFaults } from "./task-faults.ts";

export interface FaultsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly tasks: TaskActions;
  /** @returns whether the EC2 instance was there */
  readonly killInstance: (ec2InstanceId: string) => boolean;
  readonly showAgain: ShowAgain;
}

/** Faults on demand: what is armed, what has struck, and the places where the runtime lets them in. */
export interface Faults extends EcsFaults {
  /** Arms a scenario; one with the id of an armed fault takes its place. */
  arm(scenario: Scenario): FaultStatus[];
  /** @param id without it all. @returns whether there was such a fault */
  disarm(id?: string): boolean;
  armed(): FaultStatus[];
  /** Every fault that has struck, oldest first, those of earlier runs included. */
  injections(): Injection[];
  /** `/_longshore/faults`; false for any other path. */
  http(request: IncomingMessage, response: ServerResponse): boolean;
  /** Before a call's service sees it; undefined when nothing is armed for calls. */
  intercept(call: InterceptedCall): Promise<void> | undefined;
  /** Told of every event of ECS. */
  onEcsEvent(event: EcsEvent): void;
  deliver(request: DeliveryRequest, deliver: (request: DeliveryRequest) => Promise<void>): Promise<void>;
  onReceived(queueArn: string, messages: readonly Received[]): void;
  /** Nothing strikes any more, and nothing is held back. */
  stop(): void;
}

export function createFaults({ database, clock, tasks, killInstance, showAgain }: FaultsOptions): Faults {
  const log = createInjectionLog(database, clock);
  const arsenal = new Arsenal(clock, log);
  const taskFaults = new TaskFaults(arsenal, tasks);
  const eventFaults = new EventFaults(arsenal);
  const queueFaults = new QueueFaults(arsenal, showAgain);
  const instanceFaults = new InstanceFaults(arsenal, killInstance);
  const kills = new Set<() => void>();

  /** `kill -9` of the runtime itself, which has no other way to be on time. */
  const killRuntimeLater = (armed: ArmedFault) => {
    if (armed.fault.kind !== "runtime-kill" || !armed.choose()) return;
    const cancel = clock.schedule(armed.fault.delaySeconds * 1000, () => {
      if (!arsenal.isArmed(armed.id)) return;
      arsenal.record(armed, `process ${process.pid}`);
      process.kill(process.pid, "SIGKILL");
    });
    kills.add(cancel);
  };

  const faults: Faults = {
    arm(scenario) {
      const armed = arsenal.arm(scenario);
      taskFaults.onArmed(armed);
      instanceFaults.onArmed(armed);
      for (const one of armed) killRuntimeLater(one);
      const ids = new Set(armed.map(({ id }) => id));
      return arsenal.list().filter(({ id }) => ids.has(id));
    },
    disarm(id) {
      if (id !== undefined) return arsenal.disarm(id);
      arsenal.disarmAll();
      return true;
    },
    armed: () => arsenal.list(),
    injections: () => log.list(),
    http: (request, response) => answerFaults(faults, request, response),
    intercept: (call) => interceptCall(arsenal, call),
    pullError({ taskArn, family, container, image }) {
      const chosen = arsenal.choose(
        "image-pull-error",
        (fault) => isFamily(family, fault.family) && (fault.container ?? container) === container,
      );
      if (!chosen) return undefined;
      arsenal.record(chosen, taskArn, { family, container, image });
      return new CannotPullContainerError(
        image,
        `pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: not found`,
      );
    },
    runTaskFailure({ family, capacityProvider }) {
      const chosen = arsenal.choose(
        "run-task-failure",
        (fault) =>
          isFamily(family, fault.family) && (fault.capacityProvider ?? capacityProvider) === capacityProvider,
      );
      if (!chosen) return undefined;
      const { reason } = chosen.fault;
      arsenal.record(chosen, family, { capacityProvider, reason });
      return reason;
    },
    onEcsEvent(event) {
      taskFaults.onEvent(event);
      instanceFaults.onEvent(event);
    },
    deliver: (request, deliver) => eventFaults.deliver(request, deliver),
    onReceived: (queueArn, messages) => queueFaults.onReceived(queueArn, messages),
    stop() {
      taskFaults.stop();
      instanceFaults.stop();
      eventFaults.stop();
      queueFaults.stop();
      for (const cancel of kills) cancel();
    },
  };
  return faults;
}
