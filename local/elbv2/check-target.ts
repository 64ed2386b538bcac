import { get } from "node:http";
import type { CheckOutcome } from "./health.ts";
import { takesStatus } from "./status-codes.ts";

export interface CheckRequest {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly timeoutSeconds: number;
  /** Statuses that pass, e.g. `200,202-204`. */
  readonly matcher: string;
}

/** Asks a target once, on a connection of its own, how it is. Never throws: a failure is an outcome. */
export function checkTarget(check: CheckRequest): Promise<CheckOutcome> {
  return new Promise((resolve) => {
    const { host, port, path } = check;
    const request = get({
      host,
      port,
      path,
      agent: false,
      headers: { "user-agent": "ELB-HealthChecker/2.0", connection: "close" },
      signal: AbortSignal.timeout(check.timeoutSeconds * 1000),
    });
    request.on("response", (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      response.on("error", () => {});
      resolve(
        takesStatus(check.matcher, status)
          ? { passed: true }
          : {
              passed: false,
              reason: "Target.ResponseCodeMismatch",
              description: `Health checks failed with these codes: [${status}]`,
            },
      );
    });
    request.on("error", (error) => {
      resolve(
        error.name === "AbortError" || error.name === "TimeoutError"
          ? { passed: false, reason: "Target.Timeout", description: "Request timed out" }
          : { passed: false, reason: "Target.FailedHealthChecks", description: "Health checks failed" },
      );
    });
  });
}
