import {
  type ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  type ScalingActivity,
  type ScalingActivityStatusCode,
} from "@aws-sdk/client-application-auto-scaling";
import type { ScalingDecision } from "../api/schemas/cluster.ts";
import { lastPart } from "./tasks.ts";

/** Of each service; what one call gives at most. Source: Application Auto Scaling API reference. */
const MAX_ACTIVITIES = 50;

const STATUSES: Readonly<Record<ScalingActivityStatusCode, ScalingDecision["status"]>> = {
  Pending: "pending",
  InProgress: "in-progress",
  Successful: "successful",
  Overridden: "overridden",
  Unfulfilled: "unfulfilled",
  Failed: "failed",
};

/**
 * Decisions to scale services of the cluster, newest first: by target tracking, steps, schedules and changed limits.
 * Application Auto Scaling knows those of six weeks.
 */
export async function listScaling(
  autoScaling: ApplicationAutoScalingClient,
  cluster: string,
  services: readonly string[],
): Promise<ScalingDecision[]> {
  const ofServices = await Promise.all(
    services.map(async (service) => {
      const { ScalingActivities = [] } = await autoScaling.send(
        new DescribeScalingActivitiesCommand({
          ServiceNamespace: "ecs",
          ResourceId: `service/${lastPart(cluster)}/${service}`,
          ScalableDimension: "ecs:service:DesiredCount",
          MaxResults: MAX_ACTIVITIES,
        }),
      );
      return ScalingActivities.map((activity) => decisionOf(service, activity));
    }),
  );
  return ofServices.flat().toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

function decisionOf(service: string, activity: ScalingActivity): ScalingDecision {
  const { ActivityId = "", StartTime = new Date(0), Description = "", Cause = "", StatusCode } = activity;
  return {
    id: ActivityId,
    service,
    at: StartTime.toISOString(),
    description: Description,
    cause: Cause,
    status: STATUSES[StatusCode ?? "Pending"],
    statusMessage: activity.StatusMessage,
  };
}
