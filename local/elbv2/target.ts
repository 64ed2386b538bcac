import { Agent } from "node:http";
import type { Clock } from "../clock.ts";
import { checkTarget } from "./check-target.ts";
import { afterCheck, type CheckedHealth, DRAINING, type Health, REGISTERING, UNUSED } from "./health.ts";
import type { TargetGroupProperties } from "./target-group-properties.ts";

/** Where a target listens. */
export interface TargetAddress {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds of real time between looks at a target that is still starting. */
const STARTING_RETRY_MS = 200;

/** One registered target: its health, its connections, and the requests that it is answering. */
export class Target {
  readonly address: TargetAddress;
  /** Keeps connections to this target alive between requests. */
  readonly agent = new Agent({ keepAlive: true });
  readonly #properties: TargetGroupProperties;
  readonly #clock: Clock;
  readonly #onHealth: () => void;
  readonly #inFlight = new Set<AbortController>();
  #checked: CheckedHealth | undefined;
  #draining = false;
  #cancelCheck: () => void = () => {};
  #idle: (() => void) | undefined;

  constructor(
    address: TargetAddress,
    properties: TargetGroupProperties,
    clock: Clock,
    onHealth: () => void = () => {},
  ) {
    this.address = address;
    this.#properties = properties;
    this.#clock = clock;
    this.#onHealth = onHealth;
  }

  get health(): Health {
    if (this.#draining) return DRAINING;
    return this.#checked?.health ?? UNUSED;
  }

  get outstanding(): number {
    return this.#inFlight.size;
  }

  get healthCheckPort(): number {
    const { HealthCheckPort } = this.#properties;
    return HealthCheckPort === "traffic-port" ? this.address.port : HealthCheckPort;
  }

  /**
   * Begins the health checks. The first is at once; while a target has never passed, it is looked at in short steps,
   * so that a process that starts in a moment is in use a moment later. Failures count once an interval.
   */
  startChecks(): void {
    if (this.#checked || this.#draining) return;
    this.#checked = REGISTERING;
    void this.#check(this.#clock.now());
  }

  /** Notes a request for as long as it lasts; the signal fires when the target is dropped before its end. */
  begin(): { readonly signal: AbortSignal; readonly done: () => void } {
    const controller = new AbortController();
    this.#inFlight.add(controller);
    const done = () => {
      if (this.#inFlight.delete(controller) && this.#inFlight.size === 0) this.#idle?.();
    };
    return { signal: controller.signal, done };
  }

  /** Takes no new requests, lets those in flight finish within the delay, then drops what is left. */
  async drain(delaySeconds: number): Promise<void> {
    this.#draining = true;
    this.#cancelCheck();
    if (this.#inFlight.size > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.schedule(delaySeconds * 1000, resolve);
        this.#idle = () => {
          cancel();
          resolve();
        };
      });
    }
    this.drop();
  }

  /** Ends everything that goes on with this target. */
  drop(): void {
    this.#draining = true;
    this.#cancelCheck();
    for (const controller of this.#inFlight) controller.abort();
    this.agent.destroy();
  }

  async #check(lastCountedAt: number): Promise<void> {
    const properties = this.#properties;
    const outcome = await checkTarget({
      host: this.address.host,
      port: this.healthCheckPort,
      path: properties.HealthCheckPath,
      timeoutSeconds: properties.HealthCheckTimeoutSeconds,
      matcher: properties.Matcher.HttpCode,
    });
    if (this.#draining || !this.#checked) return;
    const now = this.#clock.now();
    const intervalMs = properties.HealthCheckIntervalSeconds * 1000;
    const starting = this.#checked.health.state === "initial" && !outcome.passed;
    const counts = !starting || now - lastCountedAt >= intervalMs;
    const { state } = this.#checked.health;
    if (counts) {
      this.#checked = afterCheck(this.#checked, outcome, {
        healthy: properties.HealthyThresholdCount,
        unhealthy: properties.UnhealthyThresholdCount,
      });
    }
    if (this.#checked.health.state !== state) this.#onHealth();
    const next = () => void this.#check(counts ? now : lastCountedAt);
    if (this.#checked.health.state === "initial") {
      const timer = setTimeout(next, STARTING_RETRY_MS);
      this.#cancelCheck = () => clearTimeout(timer);
    } else {
      this.#cancelCheck = this.#clock.schedule(intervalMs, next);
    }
  }
}
