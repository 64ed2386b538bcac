import { createHash } from "node:crypto";
import { compileFilters } from "./filter-criteria.ts";
import type { EventSourceMappingConfig } from "./function-config.ts";
import type { FunctionStore } from "./function-store.ts";
import type { Invoker } from "./invoker.ts";
import { lambdaError } from "./lambda-error.ts";
import type { LambdaOptions } from "./ports.ts";
import { QueuePoller } from "./queue-poller.ts";
import { queuesAsRole } from "./queues-as-role.ts";
import type { SettingsStore } from "./settings-store.ts";

/** What can be changed through the API. */
export type MappingChanges = Partial<
  Pick<
    EventSourceMappingConfig,
    "isEnabled" | "batchSize" | "batchingWindow" | "reportBatchItemFailures" | "maximumConcurrency"
  >
>;

export interface EventSourceMapping {
  readonly uuid: string;
  readonly config: EventSourceMappingConfig;
  readonly lastModified: number;
  readonly lastProcessingResult: string;
}

interface Entry {
  readonly template: EventSourceMappingConfig;
  config: EventSourceMappingConfig;
  lastModified: number;
  poller: QueuePoller | undefined;
}

/** The queues that functions process, each polled while its mapping is enabled and the service runs. */
export class EventSourceMappings {
  readonly #options: LambdaOptions;
  readonly #functions: FunctionStore;
  readonly #invoker: Invoker;
  readonly #settings: SettingsStore;
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();
  #isStarted = false;

  constructor(
    options: LambdaOptions,
    parts: { functions: FunctionStore; invoker: Invoker; settings: SettingsStore; limit: number },
  ) {
    this.#options = options;
    this.#functions = parts.functions;
    this.#invoker = parts.invoker;
    this.#settings = parts.settings;
    this.#limit = parts.limit;
  }

  /** Creates a mapping, or replaces the one of the same function and queue. @returns its UUID */
  put(template: EventSourceMappingConfig): string {
    this.#functions.get(template.functionName);
    compileFilters(template.filterPatterns, this.#options.compilePattern);
    const uuid = uuidOf(template);
    const config = checked({ ...template, ...this.#settings.resolve(uuid, template) });
    void this.#entries.get(uuid)?.poller?.stop();
    const entry = { template, config, lastModified: this.#options.clock.now(), poller: undefined };
    this.#entries.set(uuid, entry);
    this.#apply(entry);
    return uuid;
  }

  list(): EventSourceMapping[] {
    return [...this.#entries.keys()].map((uuid) => this.get(uuid));
  }

  get(uuid: string): EventSourceMapping {
    const { config, lastModified, poller } = this.#entry(uuid);
    const lastProcessingResult = poller?.lastProcessingResult ?? "No records processed";
    return { uuid, config, lastModified, lastProcessingResult };
  }

  /** Changes a mapping; the change outlives a restart. */
  update(uuid: string, changes: MappingChanges): EventSourceMapping {
    const entry = this.#entry(uuid);
    entry.config = checked({ ...entry.config, ...changes });
    entry.lastModified = this.#options.clock.now();
    this.#settings.set(uuid, entry.template, entry.config);
    void entry.poller?.stop();
    entry.poller = undefined;
    this.#apply(entry);
    return this.get(uuid);
  }

  start(): void {
    this.#isStarted = true;
    for (const entry of this.#entries.values()) this.#apply(entry);
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    const pollers = [...this.#entries.values()].flatMap((entry) => entry.poller ?? []);
    for (const entry of this.#entries.values()) entry.poller = undefined;
    await Promise.all(pollers.map((poller) => poller.stop()));
  }

  #apply(entry: Entry) {
    if (!this.#isStarted || !entry.config.isEnabled || entry.poller) return;
    const queues = queuesAsRole(this.#options, this.#functions.get(entry.config.functionName));
    entry.poller = new QueuePoller({ ...this.#options, queues }, this.#invoker, entry.config, this.#limit);
    entry.poller.start();
  }

  #entry(uuid: string): Entry {
    const entry = this.#entries.get(uuid);
    if (entry) return entry;
    throw lambdaError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  }
}

/** The same function and queue keep their UUID over restarts. */
function uuidOf(config: EventSourceMappingConfig): string {
  const hex = createHash("sha256").update(`${config.functionName}\n${config.queueArn}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** Rules of Lambda that span several settings. */
function checked(config: EventSourceMappingConfig): EventSourceMappingConfig {
  const isFifo = config.queueArn.endsWith(".fifo");
  const refuse = (message: string) => lambdaError("InvalidParameterValueException", message, 400);
  if (config.batchSize > 10 && isFifo) {
    throw refuse("BatchSize must be between 1 and 10 for a FIFO queue.");
  }
  if (config.batchSize > 10 && config.batchingWindow === 0) {
    throw refuse(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  if (config.batchingWindow > 0 && isFifo) {
    throw refuse("Batching window is not supported for FIFO queues.");
  }
  return config;
}
