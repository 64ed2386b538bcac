import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Realm } from "../wire/realm.ts";
import { ACCOUNT_CONCURRENCY } from "./concurrency.ts";
import type { EventInvokeConfig, FunctionConfig, PermissionConfig } from "./function-config.ts";
import { functionArn } from "./function-name.ts";
import { functionNotFound, lambdaError } from "./lambda-error.ts";
import type { SettingsStore } from "./settings-store.ts";

/** Concurrency that must stay for functions that reserve none. */
const MINIMUM_UNRESERVED = 100;

export interface StoredFunction {
  readonly config: FunctionConfig;
  readonly lastModified: number;
  readonly revisionId: string;
}

/** The functions that the template declares, with what belongs to each. */
export class FunctionStore {
  readonly #realm: Realm;
  readonly #clock: Clock;
  readonly #settings: SettingsStore;
  readonly #functions = new Map<string, StoredFunction>();
  readonly #reserved = new Map<string, number>();
  readonly #invokeConfigs = new Map<string, { config: EventInvokeConfig; lastModified: number }>();
  readonly #permissions = new Map<string, Map<string, PermissionConfig>>();

  constructor(realm: Realm, clock: Clock, settings: SettingsStore) {
    this.#realm = realm;
    this.#clock = clock;
    this.#settings = settings;
  }

  arn(functionName: string): string {
    return functionArn(this.#realm, functionName);
  }

  /** Creates a function, or replaces the one of the same name. */
  put(config: FunctionConfig): void {
    const { functionName } = config;
    const reserved = this.#settings.resolve(reservedKey(functionName), config.reservedConcurrency ?? null);
    this.#functions.set(functionName, {
      config,
      lastModified: this.#clock.now(),
      revisionId: randomUUID(),
    });
    this.#applyReserved(functionName, reserved);
  }

  stored(functionName: string): StoredFunction {
    const found = this.#functions.get(functionName);
    if (!found) throw functionNotFound(this.arn(functionName));
    return found;
  }

  get(functionName: string): FunctionConfig {
    return this.stored(functionName).config;
  }

  list(): StoredFunction[] {
    const byName = (a: StoredFunction, b: StoredFunction) =>
      a.config.functionName < b.config.functionName ? -1 : 1;
    return [...this.#functions.values()].sort(byName);
  }

  reserved(functionName: string): number | undefined {
    return this.#reserved.get(functionName);
  }

  totalReserved(): number {
    return this.#reserved.values().reduce((sum, count) => sum + count, 0);
  }

  /** @param count null takes the reservation away */
  setReserved(functionName: string, count: number | null): void {
    const { config } = this.stored(functionName);
    const others = this.totalReserved() - (this.reserved(functionName) ?? 0);
    if (count !== null && others + count > ACCOUNT_CONCURRENCY - MINIMUM_UNRESERVED) {
      throw lambdaError(
        "InvalidParameterValueException",
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${MINIMUM_UNRESERVED}].`,
        400,
      );
    }
    this.#settings.set(reservedKey(functionName), config.reservedConcurrency ?? null, count);
    this.#applyReserved(functionName, count);
  }

  putInvokeConfig(config: EventInvokeConfig): void {
    this.get(config.functionName);
    this.#invokeConfigs.set(config.functionName, { config, lastModified: this.#clock.now() });
  }

  invokeConfig(functionName: string) {
    return this.#invokeConfigs.get(functionName);
  }

  addPermission(permission: PermissionConfig): void {
    const { functionName, statementId } = permission;
    this.get(functionName);
    const statements = this.#permissions.get(functionName) ?? new Map<string, PermissionConfig>();
    statements.set(statementId, permission);
    this.#permissions.set(functionName, statements);
  }

  permissions(functionName: string): PermissionConfig[] {
    return [...(this.#permissions.get(functionName)?.values() ?? [])];
  }

  #applyReserved(functionName: string, count: number | null) {
    if (count === null) this.#reserved.delete(functionName);
    else this.#reserved.set(functionName, count);
  }
}

function reservedKey(functionName: string): string {
  return `${functionName}/reserved-concurrency`;
}
