import type { EcsContext } from "../context.ts";
import { lastSegment } from "../names.ts";
import { pendingCount, runningCount, tasksOfService } from "./service-tasks.ts";

/** How many tasks an active service has and wants. */
export interface ServiceCounts {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Whether its cluster has Container Insights on, in either form. */
  readonly containerInsights: boolean;
}

/** All active services. */
export function serviceCounts(ecs: EcsContext): ServiceCounts[] {
  return [...ecs.services.values()]
    .filter(({ status }) => status === "ACTIVE")
    .map((service) => {
      const clusterName = lastSegment(service.clusterArn);
      const tasks = tasksOfService(ecs, service);
      const insights = ecs.clusters
        .get(clusterName)
        ?.settings.find(({ name }) => name === "containerInsights");
      return {
        clusterName,
        serviceName: service.serviceName,
        desired: service.settings.desiredCount,
        running: runningCount(tasks),
        pending: pendingCount(tasks),
        containerInsights: (insights?.value ?? "disabled") !== "disabled",
      };
    });
}
