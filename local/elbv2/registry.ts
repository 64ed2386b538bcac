import { AwsError } from "../wire/aws-error.ts";
import type { LoadBalancerAttributes, LoadBalancerProperties } from "./load-balancer-properties.ts";
import type { PlayedListener } from "./played-listener.ts";
import type { TargetGroup } from "./target-group.ts";

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  /** ISO 8601. */
  readonly createdTime: string;
  readonly properties: LoadBalancerProperties;
  readonly attributes: LoadBalancerAttributes;
}

/** Everything that the template has made, by ARN. */
export interface Registry {
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly targetGroups: Map<string, TargetGroup>;
  readonly listeners: Map<string, PlayedListener>;
}

export function createRegistry(): Registry {
  return { loadBalancers: new Map(), targetGroups: new Map(), listeners: new Map() };
}

/** @throws AwsError `<kind>NotFound`, which names the ARN */
export function find<Item>(
  items: ReadonlyMap<string, Item>,
  kind: "LoadBalancer" | "TargetGroup" | "Listener",
  arn: string,
): Item {
  const item = items.get(arn);
  if (item === undefined) throw new AwsError(`${kind}NotFound`, `${kind} '${arn}' not found`);
  return item;
}
