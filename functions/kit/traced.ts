import type { Context } from "aws-lambda";
import type { AwsClient } from "./x-ray.ts";

type Handler<Output> = (event: unknown, context: Context) => Promise<Output>;

/**
 * A handler whose invocations, and calls of `clients`, are subsegments of AWS X-Ray where the deployment asks for it: with
 * POWERTOOLS_TRACE_ENABLED, and where Lambda names a trace. The SDK is loaded by the first invocation, so that
 * without tracing no cold start reads it.
 */
export function traced<Output>(clients: readonly AwsClient[], handler: Handler<Output>): Handler<Output> {
  let loaded: Promise<typeof import("./x-ray.ts")> | undefined;
  return async (event, context) => {
    const { POWERTOOLS_TRACE_ENABLED, _X_AMZN_TRACE_ID } = process.env;
    if (POWERTOOLS_TRACE_ENABLED !== "true" || !_X_AMZN_TRACE_ID) return handler(event, context);
    if (!loaded) {
      loaded = import("./x-ray.ts");
      (await loaded).captureClients(clients);
    }
    return (await loaded).withSubsegment(() => handler(event, context));
  };
}
