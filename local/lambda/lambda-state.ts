import type { AsyncDispatcher } from "./async-dispatcher.ts";
import type { Concurrency } from "./concurrency.ts";
import type { EventSourceMappings } from "./event-source-mappings.ts";
import type { FunctionStore } from "./function-store.ts";
import type { Invoker } from "./invoker.ts";
import type { LambdaOptions } from "./ports.ts";

/** What the operations work on. */
export interface LambdaState {
  readonly options: LambdaOptions;
  readonly functions: FunctionStore;
  readonly mappings: EventSourceMappings;
  readonly invoker: Invoker;
  readonly concurrency: Concurrency;
  readonly dispatcher: AsyncDispatcher;
}
