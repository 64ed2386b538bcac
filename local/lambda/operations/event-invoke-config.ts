import { z } from "zod";
import { lambdaError } from "../lambda-error.ts";
import { nameOf, rest } from "./rest-operation.ts";

export const getFunctionEventInvokeConfig = rest(
  { method: "GET", path: "/2019-09-25/functions/{FunctionName}/event-invoke-config" },
  z.strictObject({ FunctionName: z.string(), Qualifier: z.string().optional() }),
  (state, input) => {
    const { functionName } = state.functions.get(nameOf(state, input));
    const functionArn = `${state.functions.arn(functionName)}:$LATEST`;
    const stored = state.functions.invokeConfig(functionName);
    if (!stored) {
      throw lambdaError(
        "ResourceNotFoundException",
        `The function ${functionArn} doesn't have an EventInvokeConfig`,
        404,
      );
    }
    const { config, lastModified } = stored;
    return {
      FunctionArn: functionArn,
      LastModified: lastModified / 1000,
      MaximumRetryAttempts: config.maximumRetryAttempts,
      MaximumEventAgeInSeconds: config.maximumEventAge,
      DestinationConfig: {
        OnSuccess: config.onSuccessArn ? { Destination: config.onSuccessArn } : {},
        OnFailure: config.onFailureArn ? { Destination: config.onFailureArn } : {},
      },
    };
  },
);
