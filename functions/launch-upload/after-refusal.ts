import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { backoffSeconds, MAX_REFUSALS, type Refusal } from "./refusal.ts";

/** What follows when ECS has refused a launch. */
export type AfterRefusal =
  | { readonly kind: "give-up" }
  | { readonly kind: "wait"; readonly request: LaunchRequest; readonly delaySeconds: number };

/**
 * The same again later; on the next provider where this one has no room; not at all where no further try can help.
 * @param random from 0 up to, not including, 1
 */
export function afterRefusal(request: LaunchRequest, refusal: Refusal, random: number): AfterRefusal {
  const refusals = request.refusals + 1;
  if (refusal.kind === "configuration" || refusals >= MAX_REFUSALS) return { kind: "give-up" };
  const { notBefore: _, ...unqueued } = request;
  const provider = refusal.kind === "no-capacity" ? request.provider + 1 : request.provider;
  return {
    kind: "wait",
    request: { ...unqueued, refusals, provider },
    delaySeconds: backoffSeconds(refusals, random),
  };
}
