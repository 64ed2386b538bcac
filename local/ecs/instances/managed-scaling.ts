import type { Requirement } from "./requirement.ts";

/** What managed scaling of a capacity provider looks at. */
export interface ScalingView {
  /** Tasks without a place that want this provider. */
  readonly waiting: readonly Pick<Requirement, "cpu" | "memory">[];
  /** What is free on each instance of the group that takes tasks. */
  readonly instances: readonly { readonly cpu: number; readonly memory: number; readonly isIdle: boolean }[];
  /** Instances that were asked for and have not registered. */
  readonly coming: number;
  /** Of an instance of the group. */
  readonly size: { readonly cpu: number; readonly memory: number };
}

export interface ScalingSettings {
  /** Percent of the instances that are to be in use. */
  readonly targetCapacity: number;
  readonly minimumScalingStepSize: number;
  readonly maximumScalingStepSize: number;
}

/** Defaults of the API (ECS API reference, ManagedScaling). */
export const SCALING_DEFAULTS: ScalingSettings = {
  targetCapacity: 100,
  minimumScalingStepSize: 1,
  maximumScalingStepSize: 10_000,
};

/** Instances that a provider without any is given at least (containers-roadmap #1716). */
const FIRST_INSTANCES = 2;

/**
 * The metric CapacityProviderReservation: instances that are needed, in percent of those that there are; without
 * any, 200 when some are needed and 100 otherwise (AWS, "Deep dive on Amazon ECS cluster auto scaling").
 */
export function reservation(view: ScalingView): number {
  const count = view.instances.length + view.coming;
  const needed = instancesNeeded(view);
  if (count === 0) return needed === 0 ? 100 : 200;
  return (needed / count) * 100;
}

/** How many instances the group is to have for its reservation to meet the target. */
export function desiredInstances(view: ScalingView, settings: ScalingSettings): number {
  const count = view.instances.length + view.coming;
  const needed = instancesNeeded(view);
  const wanted = Math.ceil((needed * 100) / settings.targetCapacity);
  if (wanted <= count) return wanted;
  const least = count === 0 ? FIRST_INSTANCES : 0;
  const step = Math.max(wanted - count, settings.minimumScalingStepSize, least);
  return count + Math.min(step, Math.max(settings.maximumScalingStepSize, least));
}

/** Those that run tasks, and as many as the waiting tasks fill, largest first, on what is free and then on new ones. */
function instancesNeeded({ waiting, instances, coming, size }: ScalingView): number {
  const bins = [
    ...instances.map(({ cpu, memory, isIdle }) => ({ cpu, memory, used: !isIdle })),
    ...Array.from({ length: coming }, () => ({ ...size, used: false })),
  ];
  for (const { cpu, memory } of waiting.toSorted((a, b) => b.memory - a.memory || b.cpu - a.cpu)) {
    // What no instance of the group can hold, no number of them can.
    if (cpu > size.cpu || memory > size.memory) continue;
    let bin = bins.find((one) => one.cpu >= cpu && one.memory >= memory);
    if (!bin) {
      bin = { ...size, used: false };
      bins.push(bin);
    }
    Object.assign(bin, { cpu: bin.cpu - cpu, memory: bin.memory - memory, used: true });
  }
  return bins.filter(({ used }) => used).length;
}
