import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { environmentVariables } from "./environment-variables.ts";
import { ExecutionEnvironment } from "./execution-environment.ts";
import type { FunctionConfig } from "./function-config.ts";
import { lambdaError } from "./lambda-error.ts";
import type { OrphanReaper } from "./orphan-reaper.ts";
import type { LambdaOptions } from "./ports.ts";

/** A session must outlive the invocation that starts with it. */
const CREDENTIAL_MARGIN_MS = 60_000;

interface IdleEnvironment {
  readonly environment: ExecutionEnvironment;
  readonly timer: NodeJS.Timeout;
}

/** Keeps execution environments warm, replaces outdated ones, and ends those that nobody has used for a while. */
export class EnvironmentPool {
  readonly #options: LambdaOptions;
  readonly #reaper: OrphanReaper;
  readonly #limit: number;
  readonly #idleTimeoutMs: number;
  readonly #all = new Set<ExecutionEnvironment>();
  /** Least recently used first. */
  #idle: IdleEnvironment[] = [];
  #isStopped = false;

  constructor(options: LambdaOptions, reaper: OrphanReaper, limit: number, idleTimeoutMs: number) {
    this.#options = options;
    this.#reaper = reaper;
    this.#limit = limit;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  /** A warm environment for this function, or undefined. */
  takeWarm(config: FunctionConfig): ExecutionEnvironment | undefined {
    const deadline = this.#options.clock.now() + config.timeout * 1000 + CREDENTIAL_MARGIN_MS;
    for (const one of this.#idle.toReversed()) {
      const { environment } = one;
      if (environment.config.functionName !== config.functionName) continue;
      this.#remove(one);
      const isCurrent = environment.config === config && environment.credentialsExpireAt > deadline;
      if (environment.isUsable && isCurrent) return environment;
      this.end(environment);
    }
    return undefined;
  }

  /** A new, uninitialized environment; one that idles for another function makes room for it. */
  create(config: FunctionConfig): ExecutionEnvironment {
    if (this.#isStopped) throw lambdaError("ServiceException", "The service is stopping.", 503);
    const [oldest] = this.#idle;
    if (oldest && this.#all.size >= this.#limit) {
      this.#remove(oldest);
      this.end(oldest.environment);
    }
    const { realm, credentials, directory, environment: additions, clock } = this.#options;
    const id = randomBytes(16).toString("hex");
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    const logStream = `${day}/[$LATEST]${id}`;
    const temporaryDirectory = join(directory, id);
    const session = credentials.issue(config.roleArn, config.functionName);
    const environment = new ExecutionEnvironment({
      config,
      logStream,
      temporaryDirectory,
      credentialsExpireAt: Date.parse(session.Expiration),
      reaper: this.#reaper,
      variables: environmentVariables({
        config,
        region: realm.region,
        logStream,
        temporaryDirectory,
        credentials: session,
        additions,
      }),
    });
    this.#all.add(environment);
    return environment;
  }

  /** Takes an environment back after its phase. */
  give(environment: ExecutionEnvironment): void {
    if (!environment.isUsable) {
      this.end(environment);
      return;
    }
    const timer = setTimeout(() => {
      this.#remove(one);
      this.end(environment);
    }, this.#idleTimeoutMs);
    timer.unref();
    const one = { environment, timer };
    this.#idle.push(one);
  }

  end(environment: ExecutionEnvironment): void {
    this.#all.delete(environment);
    void environment.kill();
  }

  /** Ends all environments; none can be created afterwards. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const one of [...this.#idle]) this.#remove(one);
    await Promise.all([...this.#all].map((environment) => environment.kill()));
    this.#all.clear();
  }

  #remove(one: IdleEnvironment) {
    clearTimeout(one.timer);
    this.#idle = this.#idle.filter((other) => other !== one);
  }
}
