import type { DeliveryRequest } from "../eventbridge/delivery/request.ts";
import type { Arsenal } from "./arsenal.ts";
import type { FaultOf } from "./scenario.ts";

type EventFault = FaultOf<"event-duplicate" | "event-delay" | "event-reorder">;
type Deliver = (request: DeliveryRequest) => Promise<void>;

/** Delays, swaps and doubles deliveries of events to targets of rules. */
export class EventFaults {
  readonly #arsenal: Arsenal;
  /** By target: lets go of the delivery that waits for the next one. */
  readonly #held = new Map<string, () => void>();
  readonly #waits = new Set<() => void>();
  #stopped = false;

  constructor(arsenal: Arsenal) {
    this.#arsenal = arsenal;
  }

  /**
   * A delivery that is held back stays pending in EventBridge's own store, so that it outlives a killed runtime.
   * @throws what the target throws for the first delivery
   */
  async deliver(request: DeliveryRequest, deliver: Deliver): Promise<void> {
    const kinds = ["event-delay", "event-reorder", "event-duplicate"] as const;
    if (!kinds.some((kind) => this.#arsenal.has(kind)) && this.#held.size === 0) return deliver(request);
    const { event, ruleArn, targetArn } = request;
    const detail = { ruleArn, targetArn, source: event.source, detailType: event["detail-type"] };

    const delay = this.#arsenal.choose("event-delay", (fault) => fitsDelivery(fault, request));
    if (delay) {
      this.#arsenal.record(delay, event.id, { ...detail, delaySeconds: delay.fault.delaySeconds });
      await this.#wait(delay.fault.delaySeconds * 1000);
    }
    if (!this.#held.has(targetArn)) {
      const reorder = this.#arsenal.choose("event-reorder", (fault) => fitsDelivery(fault, request));
      if (reorder) {
        this.#arsenal.record(reorder, event.id, detail);
        await this.#wait(reorder.fault.maxDelaySeconds * 1000, targetArn);
      }
    }
    await deliver(request);
    this.#held.get(targetArn)?.();
    const duplicate = this.#arsenal.choose("event-duplicate", (fault) => fitsDelivery(fault, request));
    if (!duplicate) return;
    await this.#wait(duplicate.fault.delaySeconds * 1000);
    this.#arsenal.record(duplicate, event.id, detail);
    // The event was delivered: that its double fails is no reason to try again.
    await deliver({ ...request, deliveryId: `${request.deliveryId}-again` }).catch(() => {});
  }

  /** Lets go of every delivery that is held back. */
  stop(): void {
    this.#stopped = true;
    for (const release of [...this.#waits]) release();
  }

  /** @param held the target whose next delivery ends the wait too */
  #wait(milliseconds: number, held?: string): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const release = () => {
        cancel();
        this.#waits.delete(release);
        if (held !== undefined) this.#held.delete(held);
        resolve();
      };
      const cancel = this.#arsenal.clock.schedule(milliseconds, release);
      this.#waits.add(release);
      if (held !== undefined) this.#held.set(held, release);
    });
  }
}

/** Whether a fault is for a delivery. */
export function fitsDelivery(fault: EventFault, { event, ruleArn }: DeliveryRequest): boolean {
  return (
    (fault.rule === undefined || ruleArn.endsWith(fault.rule)) &&
    (fault.source === undefined || fault.source === event.source) &&
    (fault.detailType === undefined || fault.detailType === event["detail-type"])
  );
}
