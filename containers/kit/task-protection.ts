import type { Log } from "./log.ts";

const EXPIRES_IN_MINUTES = 120;
const RENEW_AFTER_MS = (EXPIRES_IN_MINUTES / 2) * 60_000;

/** Keeps a busy task from being scaled in. */
export interface TaskProtection {
  /** To be told of every turn between busy and idle, and as often in between as one likes. */
  set(busy: boolean): void;
}

/** For tasks that no service scales. */
export const NO_PROTECTION: TaskProtection = { set: () => {} };

/**
 * Asks the ECS agent to protect this task while it is busy; one call per turn, and one an hour to renew.
 * A refusal is logged and costs nothing but safety from scale-in: what is held is handed back on SIGTERM.
 * Source: Amazon ECS developer guide, "Task scale-in protection endpoint".
 */
export class AgentTaskProtection implements TaskProtection {
  readonly #url: string;
  readonly #log: Log;
  #protected = false;
  #askedAt = 0;
  #calls: Promise<void> = Promise.resolve();

  constructor(agentUri: string, log: Log) {
    this.#url = `${agentUri}/task-protection/v1/state`;
    this.#log = log;
  }

  set(busy: boolean): void {
    const expiring = busy && Date.now() - this.#askedAt > RENEW_AFTER_MS;
    if (busy === this.#protected && !expiring) return;
    this.#protected = busy;
    this.#askedAt = Date.now();
    this.#calls = this.#calls.then(() => this.#put(busy));
  }

  async #put(busy: boolean): Promise<void> {
    try {
      const response = await fetch(this.#url, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          ProtectionEnabled: busy,
          ...(busy && { ExpiresInMinutes: EXPIRES_IN_MINUTES }),
        }),
        signal: AbortSignal.timeout(5_000),
      });
      const answer = await response.text();
      if (!response.ok || /"(failure|error)"/.test(answer)) throw new Error(`${response.status} ${answer}`);
      this.#log.info("task.protection", { enabled: busy });
    } catch (error) {
      this.#log.warn("task.protection", { enabled: busy, refused: String(error) });
    }
  }
}
