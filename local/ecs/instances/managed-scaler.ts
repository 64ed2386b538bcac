import type { EcsContext } from "../context.ts";
import { clusterArn } from "../names.ts";
import { hostOf, instancesOf, runsOn } from "./instances.ts";
import { desiredInstances, reservation, type ScalingView } from "./managed-scaling.ts";
import type { GroupView } from "./model.ts";
import { waitingIn } from "./place-on-instances.ts";
import { managedScalingOf } from "./provider-settings.ts";

/** The metric has one datapoint a minute. */
const PERIOD_MS = 60_000;
/** Datapoints in a row that end instances: the scale-in alarm waits 15 minutes (containers-roadmap #1220). */
const LOW_DATAPOINTS = 15;

/** Asks Auto Scaling groups for as many instances as tasks need, once a minute of the runtime's clock. */
export class ManagedScaler {
  readonly #ecs: EcsContext;
  readonly #low = new Map<string, number>();
  #cancel: (() => void) | undefined;

  constructor(ecs: EcsContext) {
    this.#ecs = ecs;
  }

  start(): void {
    this.#cancel = this.#ecs.options.clock.schedule(PERIOD_MS, () => {
      for (const { name } of this.#ecs.capacityProviders.values()) this.#scale(name);
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
  }

  #scale(provider: string): void {
    const { instanceGroups } = this.#ecs.options;
    const settings = managedScalingOf(this.#ecs, provider);
    const group = settings && instanceGroups?.describe(settings.group);
    if (!settings || !instanceGroups || !group) return;
    const view = this.#view(provider, group);
    this.#report(provider, reservation(view));
    const count = view.instances.length + view.coming;
    const wanted = Math.min(group.max, Math.max(group.min, desiredInstances(view, settings)));
    const low = wanted < count ? (this.#low.get(provider) ?? 0) + 1 : 0;
    this.#low.set(provider, low);
    if (wanted > group.desired) instanceGroups.setDesiredCapacity(settings.group, wanted);
    if (low < LOW_DATAPOINTS) return;
    this.#low.set(provider, 0);
    // Those that run tasks are protected from it, or would be drained first: idle ones go.
    const idle = this.#instances(provider).filter(
      ({ containerInstanceArn }) => runsOn(this.#ecs, containerInstanceArn).length === 0,
    );
    const ids = idle.slice(0, count - wanted).map(({ ec2InstanceId }) => ec2InstanceId);
    instanceGroups.terminate(settings.group, ids);
  }

  #report(provider: string, value: number): void {
    const { onMetric, clock } = this.#ecs.options;
    for (const { clusterName, capacityProviders } of this.#ecs.clusters.values()) {
      if (!capacityProviders.includes(provider)) continue;
      onMetric?.({
        namespace: "AWS/ECS/ManagedScaling",
        name: "CapacityProviderReservation",
        dimensions: { CapacityProviderName: provider, ClusterName: clusterName },
        value,
        unit: "Percent",
        timestamp: clock.now(),
      });
    }
  }

  #view(provider: string, { size, pending }: GroupView): ScalingView {
    const instances = this.#instances(provider).filter(({ status }) => status === "ACTIVE");
    return {
      waiting: this.#clusters().flatMap((cluster) =>
        waitingIn(this.#ecs, cluster)
          .filter(({ run }) => run.task.capacityProviderName === provider)
          .map(({ need }) => need),
      ),
      instances: instances.map((instance) => {
        const { free, groups } = hostOf(this.#ecs, instance);
        return { ...free, isIdle: groups.length === 0 };
      }),
      coming: pending,
      size,
    };
  }

  #clusters(): string[] {
    return [...this.#ecs.clusters.values()].map(({ clusterName }) =>
      clusterArn(this.#ecs.options.realm, clusterName),
    );
  }

  #instances(provider: string) {
    return this.#clusters()
      .flatMap((cluster) => instancesOf(this.#ecs, cluster))
      .filter(({ capacityProviderName }) => capacityProviderName === provider);
  }
}
