import type { Put } from "./create-cloudwatch.ts";

/** A queue's messages, as SQS counts them. */
export interface QueueFacts {
  readonly name: string;
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  readonly ageOfOldestSeconds: number;
}

/** AWS/SQS, once a minute. */
export function putQueueMetrics(put: Put, queues: readonly QueueFacts[], atMs: number): void {
  for (const queue of queues) {
    const dimensions = { QueueName: queue.name };
    const counts = {
      ApproximateNumberOfMessagesVisible: queue.visible,
      ApproximateNumberOfMessagesNotVisible: queue.notVisible,
      ApproximateNumberOfMessagesDelayed: queue.delayed,
    };
    for (const [name, value] of Object.entries(counts))
      put("AWS/SQS", name, dimensions, value, "Count", atMs);
    put("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions, queue.ageOfOldestSeconds, "Seconds", atMs);
  }
}

/** A service's tasks. */
export interface ServiceFacts {
  readonly clusterName: string;
  readonly serviceName: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Whether the cluster has Container Insights on: there are no such metrics without it. */
  readonly containerInsights: boolean;
}

/** ECS/ContainerInsights, once a minute: how many tasks services have and want. */
export function putServiceMetrics(put: Put, services: readonly ServiceFacts[], atMs: number): void {
  for (const { clusterName, serviceName, containerInsights, ...counts } of services) {
    if (!containerInsights) continue;
    const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
    const values = {
      DesiredTaskCount: counts.desired,
      RunningTaskCount: counts.running,
      PendingTaskCount: counts.pending,
    };
    for (const [name, value] of Object.entries(values)) {
      put("ECS/ContainerInsights", name, dimensions, value, "Count", atMs);
    }
  }
}
