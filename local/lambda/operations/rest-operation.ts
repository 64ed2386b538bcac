import type { z } from "zod";
import { operation } from "../../wire/operation.ts";
import type { RestOperation } from "../../wire/rest-json-service.ts";
import type { CallContext } from "../../wire/service.ts";
import { parseFunctionName } from "../function-name.ts";
import type { LambdaState } from "../lambda-state.ts";

/** One operation of Lambda: its route, its input, and one function of (state, input). */
export function rest<Schema extends z.ZodType>(
  route: Omit<RestOperation<LambdaState>, "schema" | "run">,
  schema: Schema,
  run: (state: LambdaState, input: z.output<Schema>, context: CallContext) => unknown,
): RestOperation<LambdaState> {
  return { ...route, ...operation<LambdaState>()(schema, run) };
}

/** The name behind the `FunctionName` and `Qualifier` of a call. */
export function nameOf(
  state: LambdaState,
  input: { FunctionName: string; Qualifier?: string | undefined },
): string {
  return parseFunctionName(state.options.realm, input.FunctionName, input.Qualifier);
}
