import {
  DescribeServicesCommand,
  type ECSClient,
  paginateListServices,
  type Service,
} from "@aws-sdk/client-ecs";
import type { ClusterService } from "../api/schemas/cluster.ts";
import { lastPart } from "./tasks.ts";

/** What DescribeServices takes at once. Source: Amazon ECS API reference. */
const BATCH = 10;
/** ECS gives a hundred; people read the last ones. */
const MAX_EVENTS = 20;

/** The services of the cluster, by name. */
export async function listServices(ecs: ECSClient, cluster: string): Promise<ClusterService[]> {
  const services: ClusterService[] = [];
  for await (const { serviceArns = [] } of paginateListServices(
    { client: ecs },
    { cluster, maxResults: BATCH },
  )) {
    if (serviceArns.length === 0) continue;
    const answer = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
    services.push(...(answer.services ?? []).map(serviceView));
  }
  return services.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function serviceView(service: Service): ClusterService {
  const { serviceName = "", status = "", taskDefinition = "", deployments = [], events = [] } = service;
  return {
    name: serviceName,
    status,
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    definition: lastPart(taskDefinition),
    deployments: deployments.map((deployment) => ({
      status: deployment.status ?? "",
      rollout: deployment.rolloutState,
      reason: deployment.rolloutStateReason,
      desired: deployment.desiredCount ?? 0,
      running: deployment.runningCount ?? 0,
      failed: deployment.failedTasks ?? 0,
      startedAt: deployment.createdAt?.toISOString(),
    })),
    events: events.slice(0, MAX_EVENTS).map(({ createdAt, message = "" }) => ({
      at: (createdAt ?? new Date(0)).toISOString(),
      message,
    })),
  };
}
