import { randomBytes, randomUUID } from "node:crypto";
import type { Concurrency, WhenFull } from "./concurrency.ts";
import type { EnvironmentPool } from "./environment-pool.ts";
import type { ExecutionEnvironment, PhaseOutcome } from "./execution-environment.ts";
import type { FunctionConfig } from "./function-config.ts";
import type { FunctionStore } from "./function-store.ts";
import { InvocationLog } from "./invocation-log.ts";
import { isThrottle } from "./lambda-error.ts";
import { logsAsRole } from "./logs-as-role.ts";
import { describeFailure, type Failure } from "./outcome.ts";
import type { LambdaMetric, LambdaOptions } from "./ports.ts";

/** What an initialization before its first invocation may take; past it, Lambda starts anew. */
const INIT_TIMEOUT_MS = 10_000;

export interface InvokeOptions {
  /** Given for events that were queued, so that each try has the same id. */
  readonly requestId?: string;
  readonly clientContext?: unknown;
  readonly whenFull?: WhenFull;
  readonly signal?: AbortSignal;
}

export interface InvocationResult {
  readonly requestId: string;
  /** Set when the function failed; the payload is then its error. */
  readonly functionError?: "Unhandled";
  /** JSON text. */
  readonly payload: string;
  /** The last 4 KB of the invocation's log, base64. */
  readonly logTail: string;
  readonly executedVersion: "$LATEST";
}

interface Initialized {
  readonly environment: ExecutionEnvironment;
  readonly initDurationMs?: number;
  readonly failed?: { readonly failure: Failure; readonly memoryBytes: number };
}

/** Runs one invocation from slot to report: finds or makes an environment, and words what became of it. */
export class Invoker {
  readonly #options: LambdaOptions;
  readonly #functions: FunctionStore;
  readonly #concurrency: Concurrency;
  readonly #pool: EnvironmentPool;

  constructor(
    options: LambdaOptions,
    functions: FunctionStore,
    concurrency: Concurrency,
    pool: EnvironmentPool,
  ) {
    this.#options = options;
    this.#functions = functions;
    this.#concurrency = concurrency;
    this.#pool = pool;
  }

  /**
   * @param payload JSON text
   * @throws AwsError ResourceNotFoundException, TooManyRequestsException
   */
  async invoke(functionName: string, payload: string, call: InvokeOptions = {}): Promise<InvocationResult> {
    const config = this.#functions.get(functionName);
    const leave = await this.#enter(config.functionName, call);
    try {
      this.#metric(config, "ConcurrentExecutions", this.#concurrency.running(config.functionName));
      return await this.#run(config, payload, call);
    } finally {
      leave();
    }
  }

  async #enter(functionName: string, call: InvokeOptions): Promise<() => void> {
    try {
      return await this.#concurrency.enter(functionName, call.whenFull ?? "refuse", call.signal);
    } catch (error) {
      if (isThrottle(error)) this.#metric({ functionName }, "Throttles", 1);
      throw error;
    }
  }

  async #run(config: FunctionConfig, payload: string, call: InvokeOptions): Promise<InvocationResult> {
    const requestId = call.requestId ?? randomUUID();
    const { clock } = this.#options;
    const log = new InvocationLog(logsAsRole(this.#options, config), config.logging, clock);
    const initialized = await this.#environment(config, log, requestId);
    const { environment, initDurationMs, failed } = initialized;
    const functionArn = this.#functions.arn(config.functionName);
    log.platform({ type: "start", requestId, functionArn });
    try {
      const phase = failed
        ? { outcome: undefined, durationMs: 0, memoryBytes: failed.memoryBytes }
        : await environment.invoke(
            {
              requestId,
              payload,
              functionArn,
              traceId: traceId(clock.now()),
              ...(call.clientContext !== undefined && { clientContext: call.clientContext }),
            },
            config.timeout * 1000,
          );
      const failure = failed?.failure ?? describeFailure(phase.outcome, requestId, config.timeout);
      if (failure?.logMessage) log.platform({ type: "fault", requestId, message: failure.logMessage });
      const durationMs =
        failure?.status === "timeout" ? config.timeout * 1000 : Math.max(phase.durationMs, 0.01);
      log.platform({
        type: "report",
        requestId,
        report: {
          durationMs,
          ...(initDurationMs !== undefined && { initDurationMs }),
          memorySizeMb: config.memorySize,
          maxMemoryUsedMb: Math.min(Math.ceil(phase.memoryBytes / 1024 / 1024), config.memorySize),
          status: failure?.status ?? "success",
          ...(failure?.reportedType && { errorType: failure.reportedType }),
        },
      });
      this.#metric(config, "Invocations", 1);
      this.#metric(config, "Errors", failure ? 1 : 0);
      this.#metric(config, "Duration", durationMs);
      return {
        requestId,
        ...(failure && { functionError: "Unhandled" as const }),
        payload: failure?.payload ?? responsePayload(phase.outcome),
        logTail: log.tail(),
        executedVersion: "$LATEST",
      };
    } finally {
      log.flush();
      this.#pool.give(environment);
    }
  }

  /** A warm environment, or a new one: initialized at most twice, as Lambda does when the first try fails. */
  async #environment(config: FunctionConfig, log: InvocationLog, requestId: string): Promise<Initialized> {
    const warm = this.#pool.takeWarm(config);
    if (warm) {
      log.useStream(warm.logStream);
      warm.onOutput = log.write;
      return { environment: warm };
    }
    const first = await this.#initialize(config, log, requestId, "init");
    if (!first.failed) return first;
    this.#pool.end(first.environment);
    return await this.#initialize(config, log, requestId, "invoke");
  }

  async #initialize(
    config: FunctionConfig,
    log: InvocationLog,
    requestId: string,
    phase: "init" | "invoke",
  ): Promise<Initialized> {
    const environment = this.#pool.create(config);
    log.useStream(environment.logStream);
    environment.onOutput = log.write;
    log.platform({ type: "initStart", runtime: `${config.runtime} (Node.js ${process.version})` });
    const timeoutMs = phase === "init" ? INIT_TIMEOUT_MS : config.timeout * 1000;
    const { outcome, durationMs, memoryBytes } = await environment.initialize(timeoutMs);
    const failure = describeFailure(outcome, requestId, config.timeout);
    if (!failure) return { environment, initDurationMs: durationMs };
    const { errorType } = JSON.parse(failure.payload) as { errorType?: string };
    const status = failure.status === "timeout" ? "timeout" : "error";
    log.platform({
      type: "initReport",
      durationMs,
      phase,
      status,
      ...(status === "error" && errorType && { errorType }),
    });
    return { environment, failed: { failure, memoryBytes } };
  }

  #metric(config: { functionName: string }, name: LambdaMetric["name"], value: number) {
    const unit = name === "Duration" ? "Milliseconds" : "Count";
    const { functionName } = config;
    this.#options.onMetric?.({ functionName, name, value, unit, timestamp: this.#options.clock.now() });
  }
}

function responsePayload(outcome: PhaseOutcome | undefined): string {
  return outcome?.kind === "response" ? outcome.payload : "null";
}

/** An X-Ray trace header that says "not sampled": nothing collects traces here. */
function traceId(now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  const random = (bytes: number) => randomBytes(bytes).toString("hex");
  return `Root=1-${seconds}-${random(12)};Parent=${random(8)};Sampled=0`;
}
