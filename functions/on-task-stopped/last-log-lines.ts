import type { IncidentLog } from "../../events/incidents/incident.ts";
import type { DefinedContainer } from "./task-definition.ts";

export type ReadLog = (place: { group: string; stream: string }) => Promise<IncidentLog>;

/**
 * Where a container's lines are: the awslogs driver names the stream `prefix/container/task-id`.
 * Source: Amazon ECS developer guide, "Send Amazon ECS logs to CloudWatch".
 */
export function logPlaceOf(
  container: DefinedContainer | undefined,
  taskArn: string,
): { group: string; stream: string } | undefined {
  const { group, streamPrefix } = container?.log ?? {};
  const taskId = taskArn.split("/").at(-1);
  // Without a prefix Docker names the stream after the container's id, which no event tells.
  if (!container || group === undefined || streamPrefix === undefined || taskId === undefined)
    return undefined;
  return { group, stream: `${streamPrefix}/${container.name}/${taskId}` };
}
