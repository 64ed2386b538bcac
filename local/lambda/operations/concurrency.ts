import { z } from "zod";
import { ACCOUNT_CONCURRENCY } from "../concurrency.ts";
import { nameOf, rest } from "./rest-operation.ts";

const byName = z.strictObject({ FunctionName: z.string() });

export const getFunctionConcurrency = rest(
  { method: "GET", path: "/2019-09-30/functions/{FunctionName}/concurrency" },
  byName,
  (state, input) => {
    const { functionName } = state.functions.get(nameOf(state, input));
    return { ReservedConcurrentExecutions: state.functions.reserved(functionName) };
  },
);

export const putFunctionConcurrency = rest(
  { method: "PUT", path: "/2017-10-31/functions/{FunctionName}/concurrency" },
  byName.extend({ ReservedConcurrentExecutions: z.int().min(0) }),
  (state, input) => {
    state.functions.setReserved(nameOf(state, input), input.ReservedConcurrentExecutions);
    return { ReservedConcurrentExecutions: input.ReservedConcurrentExecutions };
  },
);

export const deleteFunctionConcurrency = rest(
  { method: "DELETE", path: "/2017-10-31/functions/{FunctionName}/concurrency", status: 204 },
  byName,
  (state, input) => state.functions.setReserved(nameOf(state, input), null),
);

export const getAccountSettings = rest(
  { method: "GET", path: "/2016-08-19/account-settings" },
  z.strictObject({}),
  (state) => ({
    AccountLimit: {
      ConcurrentExecutions: ACCOUNT_CONCURRENCY,
      UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - state.functions.totalReserved(),
    },
    AccountUsage: { FunctionCount: state.functions.list().length },
  }),
);
