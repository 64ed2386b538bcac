import type { InterceptedCall } from "../gateway/gateway.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { CallContext } from "../wire/service.ts";
import { apiError } from "./api-errors.ts";
import type { Arsenal } from "./arsenal.ts";
import { operationName } from "./operation-name.ts";
import type { FaultKind, FaultOf } from "./scenario.ts";

const KINDS = ["api-latency", "api-answer-lost", "api-timeout", "api-error"] as const;
type ApiFault = FaultOf<(typeof KINDS)[number]>;

/**
 * Lets the armed API faults at a call.
 * @returns undefined, at once, when none is armed; a promise to wait for before the service is called otherwise,
 * rejected with the AwsError to answer with when the call is refused
 */
export function interceptCall(arsenal: Arsenal, call: InterceptedCall): Promise<void> | undefined {
  return KINDS.some((kind) => arsenal.has(kind)) ? strike(arsenal, call) : undefined;
}

async function strike(arsenal: Arsenal, call: InterceptedCall): Promise<void> {
  const { service, response, context } = call;
  const operation = operationName(service, call.request, call.body, context);
  const target = `${service}:${operation ?? "unknown"}`;
  const choose = <Kind extends ApiFault["kind"] & FaultKind>(kind: Kind) =>
    arsenal.choose(kind, (fault) => fits(fault, service, operation, context.caller.kind));
  const caller = context.caller.arn;

  const late = choose("api-latency");
  if (late) {
    arsenal.record(late, target, { caller, milliseconds: late.fault.milliseconds });
    await wait(late.fault.milliseconds, context.signal);
  }
  const lost = choose("api-answer-lost");
  if (lost) {
    arsenal.record(lost, target, { caller });
    // The head is the first of an answer: with it the connection goes, and the call has happened.
    response.writeHead = () => response.destroy();
  }
  const hangs = choose("api-timeout");
  if (hangs) {
    arsenal.record(hangs, target, { caller });
    await wait(undefined, context.signal);
    response.destroy();
    throw new AwsError("RequestTimeout", "Nobody waits for an answer any more", { statusCode: 408 });
  }
  const refused = choose("api-error");
  if (refused) {
    const error = apiError(service, refused.fault.error);
    arsenal.record(refused, target, { caller, code: error.code, statusCode: error.statusCode });
    throw error;
  }
}

/** Whether a fault is for calls like this one. */
export function fits(
  fault: Pick<ApiFault, "service" | "operation" | "caller">,
  service: string,
  operation: string | undefined,
  caller: CallContext["caller"]["kind"],
): boolean {
  return (
    (fault.service === undefined || fault.service === service) &&
    (fault.operation === undefined || fault.operation === operation) &&
    (fault.caller === undefined || (fault.caller === "role") === (caller === "role"))
  );
}

/** Until the time is up, by the wall clock, or the caller has gone. @param milliseconds without it only the latter */
function wait(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = milliseconds === undefined ? undefined : setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
