import type { Clock } from "../clock.ts";
import { Target, type TargetAddress } from "./target.ts";
import type { TargetGroupAttributes, TargetGroupProperties } from "./target-group-properties.ts";

export interface TargetGroupIdentity {
  readonly arn: string;
  readonly name: string;
  /** The ARN's part that metrics and scaling policies use: `targetgroup/<name>/<id>`. */
  readonly fullName: string;
}

/** A target group: who is registered, and who takes the next request. */
export class TargetGroup {
  readonly identity: TargetGroupIdentity;
  readonly properties: TargetGroupProperties;
  readonly attributes: TargetGroupAttributes;
  readonly #clock: Clock;
  readonly #onHealth: () => void;
  readonly #registered = new Map<string, Target>();
  readonly #draining = new Set<Target>();
  readonly #loadBalancerArns = new Set<string>();
  #turn = 0;

  constructor(
    identity: TargetGroupIdentity,
    properties: TargetGroupProperties,
    attributes: TargetGroupAttributes,
    clock: Clock,
    onHealth: () => void = () => {},
  ) {
    this.identity = identity;
    this.properties = properties;
    this.attributes = attributes;
    this.#clock = clock;
    this.#onHealth = onHealth;
  }

  /** The load balancers whose rules forward here. */
  get loadBalancerArns(): string[] {
    return [...this.#loadBalancerArns];
  }

  /** Registered targets, then those that drain. */
  get targets(): Target[] {
    return [...this.#registered.values(), ...this.#draining];
  }

  /** A rule of this load balancer forwards here: from now on health counts. */
  useFor(loadBalancerArn: string): void {
    this.#loadBalancerArns.add(loadBalancerArn);
    for (const target of this.#registered.values()) target.startChecks();
  }

  /** Adds targets; one that is registered already stays as it is. */
  register(addresses: readonly TargetAddress[]): void {
    for (const address of addresses) {
      const key = targetKey(address);
      if (this.#registered.has(key)) continue;
      const target = new Target(address, this.properties, this.#clock, this.#onHealth);
      this.#registered.set(key, target);
      if (this.#loadBalancerArns.size > 0) target.startChecks();
    }
  }

  /** Takes targets out. @returns once they have drained, at the latest after the deregistration delay */
  async deregister(addresses: readonly TargetAddress[]): Promise<void> {
    const delay = this.attributes["deregistration_delay.timeout_seconds"];
    await Promise.all(
      addresses.map(async (address) => {
        const key = targetKey(address);
        const target = this.#registered.get(key);
        if (!target) return;
        this.#registered.delete(key);
        this.#draining.add(target);
        await target.drain(delay);
        this.#draining.delete(target);
      }),
    );
  }

  /**
   * The target of the next request, or undefined when there is none to ask. With nothing healthy, the unhealthy are
   * asked: the load balancer fails open. Source: Elastic Load Balancing user guide, "Target group health".
   * @param stickyTo key of the target that this client had before
   */
  pick(stickyTo?: string): Target | undefined {
    const inState = (state: string) =>
      [...this.#registered.values()].filter((target) => target.health.state === state);
    const healthy = inState("healthy");
    const candidates = healthy.length > 0 ? healthy : inState("unhealthy");
    const known = candidates.find(({ address }) => targetKey(address) === stickyTo);
    if (known) return known;
    const turn = this.#turn++;
    if (this.attributes["load_balancing.algorithm.type"] === "round_robin") {
      return candidates[turn % candidates.length];
    }
    const fewest = Math.min(...candidates.map(({ outstanding }) => outstanding));
    const idlest = candidates.filter(({ outstanding }) => outstanding === fewest);
    return idlest[turn % idlest.length];
  }

  stop(): void {
    for (const target of this.targets) target.drop();
  }
}

/** Names a target within its group. */
export function targetKey({ host, port }: TargetAddress): string {
  return `${host}:${port}`;
}
