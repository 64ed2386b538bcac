import { z } from "zod";
import { lambdaError } from "../lambda-error.ts";
import { resourcePolicy } from "../resource-policy.ts";
import { nameOf, rest } from "./rest-operation.ts";

export const getPolicy = rest(
  { method: "GET", path: "/2015-03-31/functions/{FunctionName}/policy" },
  z.strictObject({ FunctionName: z.string(), Qualifier: z.string().optional() }),
  (state, input) => {
    const { config, revisionId } = state.functions.stored(nameOf(state, input));
    const { functionName } = config;
    const policy = resourcePolicy(
      state.functions.arn(functionName),
      state.functions.permissions(functionName),
    );
    if (!policy) {
      throw lambdaError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
    }
    return { Policy: JSON.stringify(policy), RevisionId: revisionId };
  },
);
