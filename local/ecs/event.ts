import { randomUUID } from "node:crypto";
import type { EcsEvent, EcsOptions } from "./options.ts";

/** The envelope that ECS puts its events in. */
export function ecsEvent(
  options: Pick<EcsOptions, "realm" | "clock">,
  type: EcsEvent["detail-type"],
  resources: string[],
  detail: Record<string, unknown>,
): EcsEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": type,
    source: "aws.ecs",
    account: options.realm.accountId,
    time: new Date(options.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    region: options.realm.region,
    resources,
    detail,
  };
}
