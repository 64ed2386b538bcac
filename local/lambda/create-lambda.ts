import { mkdirSync, rmSync } from "node:fs";
import { AwsError } from "../wire/aws-error.ts";
import { restJsonService } from "../wire/rest-json-service.ts";
import type { GatewayService } from "../wire/service.ts";
import { AsyncDispatcher } from "./async-dispatcher.ts";
import { Concurrency } from "./concurrency.ts";
import { EnvironmentPool } from "./environment-pool.ts";
import { EventQueue } from "./event-queue.ts";
import { EventSourceMappings } from "./event-source-mappings.ts";
import {
  type EventInvokeConfig,
  type EventSourceMappingConfig,
  type FunctionConfig,
  type PermissionConfig,
  withoutEffectHere,
} from "./function-config.ts";
import { parseFunctionName } from "./function-name.ts";
import { FunctionStore } from "./function-store.ts";
import { type InvocationResult, Invoker } from "./invoker.ts";
import type { LambdaState } from "./lambda-state.ts";
import { operations } from "./operations/index.ts";
import { createOrphanReaper } from "./orphan-reaper.ts";
import type { LambdaOptions } from "./ports.ts";
import { type PolicyDocument, resourcePolicy } from "./resource-policy.ts";
import { SettingsStore } from "./settings-store.ts";

const DEFAULT_MAXIMUM_ENVIRONMENTS = 10;
const DEFAULT_IDLE_TIMEOUT_MS = 5 * 60_000;
/** What running invocations get to finish in when the runtime stops. */
const STOP_GRACE_MS = 3000;

/** Function names may be names, ARNs or partial ARNs everywhere. */
export interface Lambda {
  readonly service: GatewayService;
  /**
   * Creates a function, or replaces the one of the same name. @returns its ARN
   * @throws AwsError InvalidParameterValueException when Lambda may not take on its role
   */
  createFunction(config: FunctionConfig): string;
  configureAsync(config: EventInvokeConfig): void;
  /** @returns the mapping's UUID */
  createEventSourceMapping(config: EventSourceMappingConfig): string;
  addPermission(config: PermissionConfig): void;
  /** A function's resource policy; undefined when nobody was given permission. */
  policy(functionName: string): PolicyDocument | undefined;
  /** The ARN of the function that an event source mapping feeds; undefined when there is no such mapping. */
  mappedFunctionArn(uuid: string): string | undefined;
  /**
   * Queues an event; durable when this returns.
   * @param payload JSON text
   * @returns the request id
   */
  invokeAsync(functionName: string, payload: string): string;
  /**
   * Runs a function and waits for its answer; a failed function is a result with `functionError`.
   * @throws AwsError ResourceNotFoundException, TooManyRequestsException
   */
  invoke(functionName: string, payload: string): Promise<InvocationResult>;
  /** Begins to process asynchronous events and queues. */
  start(): void;
  /** Ends what runs, at the latest after a few seconds, and leaves no process behind. Final. */
  stop(): Promise<void>;
}

/** Plays AWS Lambda: functions of the template in child processes of this machine. */
export function createLambda(options: LambdaOptions): Lambda {
  const { realm, database, clock, directory, logs } = options;
  const limit = options.maximumEnvironments ?? DEFAULT_MAXIMUM_ENVIRONMENTS;
  // Whatever a run that was killed has left.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });

  const settings = new SettingsStore(database);
  const functions = new FunctionStore(realm, clock, settings);
  const concurrency = new Concurrency({
    machineLimit: limit,
    reserved: (functionName) => functions.reserved(functionName),
    totalReserved: () => functions.totalReserved(),
  });
  const reaper = createOrphanReaper();
  const pool = new EnvironmentPool(options, reaper, limit, options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS);
  const invoker = new Invoker(options, functions, concurrency, pool);
  const queue = new EventQueue(database);
  const dispatcher = new AsyncDispatcher({ options, queue, functions, invoker, concurrency, limit });
  const mappings = new EventSourceMappings(options, { functions, invoker, settings, limit });
  const state: LambdaState = { options, functions, mappings, invoker, concurrency, dispatcher };
  const nameOf = (functionName: string) => parseFunctionName(realm, functionName);
  const named = <Config extends { functionName: string }>(config: Config): Config => ({
    ...config,
    functionName: nameOf(config.functionName),
  });

  return {
    service: restJsonService({
      signingNames: ["lambda"],
      validationCode: "InvalidParameterValueException",
      service: state,
      operations,
    }),
    createFunction(config) {
      checkRole(options, config);
      functions.put(config);
      logs.createGroup(config.logging.logGroup);
      const ignored = withoutEffectHere(config);
      if (ignored.length > 0) {
        options.log?.(
          `lambda: ${config.functionName}: without effect on this machine: ${ignored.join(", ")}`,
        );
      }
      return functions.arn(config.functionName);
    },
    configureAsync: (config) => functions.putInvokeConfig(named(config)),
    createEventSourceMapping: (config) => mappings.put(named(config)),
    addPermission: (config) => functions.addPermission(named(config)),
    policy(functionName) {
      const name = nameOf(functionName);
      return resourcePolicy(functions.arn(name), functions.permissions(name));
    },
    mappedFunctionArn(uuid) {
      const mapping = mappings.list().find((one) => one.uuid === uuid);
      return mapping && functions.arn(mapping.config.functionName);
    },
    invokeAsync(functionName, payload) {
      const { functionName: name } = functions.get(nameOf(functionName));
      return dispatcher.add(name, payload);
    },
    invoke: (functionName, payload) => invoker.invoke(nameOf(functionName), payload),
    start() {
      dispatcher.start();
      mappings.start();
    },
    async stop() {
      const ended = Promise.all([dispatcher.stop(), mappings.stop()]);
      const grace = new Promise<void>((resolve) => setTimeout(resolve, STOP_GRACE_MS).unref());
      await Promise.race([ended, grace]);
      await pool.stop();
      await ended;
      await reaper.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function checkRole({ takeOn, log }: LambdaOptions, { functionName, roleArn }: FunctionConfig): void {
  try {
    takeOn?.(roleArn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log?.(`lambda: ${functionName}: ${error.message}`);
    throw new AwsError(
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
      { cause: error },
    );
  }
}
