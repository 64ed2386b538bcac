import { type EventEnvelope, eventTime } from "../event.ts";
import { compileInput, type InputTransform } from "../input/input.ts";
import type { PendingDelivery } from "../store/delivery-store.ts";
import type { Target } from "../target.ts";
import type { DeliveryRequest } from "./request.ts";

interface PreparedTarget {
  readonly target: Target;
  readonly transform: InputTransform;
}

/** Far above the number of targets in use; beyond it the cache starts anew. */
const MAX_PREPARED = 2_000;

/** Targets as deliveries keep them, read and compiled once each. */
export function createTargetReader(): (json: string) => PreparedTarget {
  const prepared = new Map<string, PreparedTarget>();
  return (json) => {
    const known = prepared.get(json);
    if (known !== undefined) return known;
    const target = JSON.parse(json) as Target;
    const entry = { target, transform: compileInput(target, target.Id) };
    if (prepared.size >= MAX_PREPARED) prepared.clear();
    prepared.set(json, entry);
    return entry;
  };
}

/** @throws InvalidInputError when the target's template does not give JSON for this event */
export function toRequest(delivery: PendingDelivery, prepared: PreparedTarget): DeliveryRequest {
  const { target, transform } = prepared;
  const event = JSON.parse(delivery.event) as EventEnvelope;
  const roleArn = target.RoleArn ?? delivery.ruleRoleArn ?? undefined;
  return {
    deliveryId: `${event.id.slice(0, 40)}-${delivery.id}`,
    attempt: delivery.attempts + 1,
    targetArn: target.Arn,
    input: transform(event, {
      ruleArn: delivery.ruleArn,
      ruleName: delivery.ruleName,
      ingestionTime: eventTime(delivery.ingested),
    }),
    ruleArn: delivery.ruleArn,
    event,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(target.SqsParameters === undefined ? {} : { sqsParameters: target.SqsParameters }),
    ...(target.EcsParameters === undefined ? {} : { ecsParameters: target.EcsParameters }),
  };
}
