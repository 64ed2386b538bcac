import type { EcsEvent } from "../ecs/options.ts";
import type { ArmedFault } from "./armed-fault.ts";
import type { Arsenal } from "./arsenal.ts";
import type { FaultOf } from "./scenario.ts";

/** Takes container instances away: each is an occasion once, when it registers. */
export class InstanceFaults {
  readonly #arsenal: Arsenal;
  readonly #kill: (ec2InstanceId: string) => boolean;
  readonly #cancel = new Set<() => void>();

  constructor(arsenal: Arsenal, kill: (ec2InstanceId: string) => boolean) {
    this.#arsenal = arsenal;
    this.#kill = kill;
  }

  onEvent({ "detail-type": type, detail }: EcsEvent): void {
    if (type !== "ECS Container Instance State Change" || detail.version !== 1) return;
    const id = String(detail.ec2InstanceId);
    const chosen = this.#arsenal.choose("instance-kill", ({ instance }) => (instance ?? id) === id);
    if (chosen) this.#later(chosen, id);
  }

  /** A fault that names an instance means one that is there already. */
  onArmed(armed: readonly ArmedFault[]): void {
    for (const one of armed) {
      if (one.fault.kind !== "instance-kill" || !one.fault.instance || !one.choose()) continue;
      this.#later(one as ArmedFault<FaultOf<"instance-kill">>, one.fault.instance);
    }
  }

  stop(): void {
    for (const cancel of this.#cancel) cancel();
    this.#cancel.clear();
  }

  #later(armed: ArmedFault<FaultOf<"instance-kill">>, ec2InstanceId: string): void {
    const cancel = this.#arsenal.clock.schedule(armed.fault.delaySeconds * 1000, () => {
      this.#cancel.delete(cancel);
      if (this.#arsenal.isArmed(armed.id) && this.#kill(ec2InstanceId)) {
        this.#arsenal.record(armed, ec2InstanceId);
      }
    });
    this.#cancel.add(cancel);
  }
}
