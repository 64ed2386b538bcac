import type { EcsContext } from "../context.ts";
import { groupName } from "./instances.ts";
import { SCALING_DEFAULTS, type ScalingSettings } from "./managed-scaling.ts";

export interface ManagedScalingSettings extends ScalingSettings {
  /** Name of the Auto Scaling group. */
  readonly group: string;
}

/** How a capacity provider scales its group; undefined where it does not. */
export function managedScalingOf(ecs: EcsContext, provider: string): ManagedScalingSettings | undefined {
  const settings = ecs.capacityProviders.get(provider)?.autoScalingGroupProvider;
  const group = groupName(settings?.autoScalingGroupArn);
  const scaling = settings?.managedScaling;
  if (group === undefined || scaling?.status === "DISABLED") return undefined;
  const given = Object.entries(scaling ?? {}).filter(([, value]) => value !== undefined);
  return { ...SCALING_DEFAULTS, ...Object.fromEntries(given), group };
}
