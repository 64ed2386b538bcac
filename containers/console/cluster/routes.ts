import type { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ReplayPlace } from "../../../events/replay/replay-place.ts";
import { replayQueue } from "../../../events/replay/replay-queue.ts";
import type { Api } from "../api/api.ts";
import {
  listQueues,
  listScaling,
  listServices,
  listTasks,
  readHistory,
  replayLetters,
} from "../api/routes/cluster.ts";
import { Problem, shown } from "../problem.ts";
import { readHistory as history } from "./history.ts";
import { type QueueUrls, listQueues as queues } from "./queues.ts";
import { listScaling as scaling } from "./scaling.ts";
import { listServices as services } from "./services.ts";
import { listTasks as tasks } from "./tasks.ts";

export interface ClusterPlace {
  readonly ecs: ECSClient;
  readonly cloudwatch: CloudWatchClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly replayPlace: ReplayPlace;
  /** ARN. */
  readonly cluster: string;
  readonly queues: QueueUrls;
  readonly now: () => Date;
  /** Told who had dead letters put back. */
  readonly onReplay: (queue: string, found: number) => void;
}

const HOUR_MS = 3_600_000;
/** CloudWatch keeps metrics for 455 days. */
const MAX_HISTORY_MS = 455 * 24 * HOUR_MS;
/** Dead letters that one call puts back: the load balancer waits for an answer no longer than a minute. */
const MAX_REPLAYED = 200;

/** The cluster's work: tasks, services, scaling, queues, and their history. */
export function clusterRoutes(api: Api, place: ClusterPlace): void {
  const { ecs, cloudwatch, autoScaling, cluster, now } = place;
  const serviceNames = async () => (await services(ecs, cluster)).map(({ name }) => name);
  api.openapi(listTasks, async (context) =>
    context.json(await tasks(ecs, cluster, context.req.valid("query").state), 200),
  );
  api.openapi(listServices, async (context) => context.json({ services: await services(ecs, cluster) }, 200));
  api.openapi(listScaling, async (context) =>
    context.json({ decisions: await scaling(autoScaling, cluster, await serviceNames()) }, 200),
  );
  api.openapi(listQueues, async (context) =>
    context.json({ queues: await queues(place.replayPlace.sqs, place.queues) }, 200),
  );
  api.openapi(readHistory, async (context) => {
    const query = context.req.valid("query");
    const to = query.to === undefined ? now() : new Date(query.to);
    const from = query.from === undefined ? new Date(to.getTime() - HOUR_MS) : new Date(query.from);
    if (from >= to)
      throw new Problem(400, "from", shown(query.from), `it is earlier than to, ${to.toISOString()}`);
    if (now().getTime() - from.getTime() > MAX_HISTORY_MS) {
      throw new Problem(400, "from", shown(query.from), "CloudWatch keeps metrics for 455 days");
    }
    const of = { cluster, services: await serviceNames(), queues: place.queues };
    return context.json(await history(cloudwatch, of, from, to), 200);
  });
  api.openapi(replayLetters, async (context) => {
    const { name } = context.req.valid("param");
    const { dryRun } = context.req.valid("json");
    const url = place.queues.deadLetters[name];
    if (url === undefined) {
      const names = Object.keys(place.queues.deadLetters).join(", ");
      throw new Problem(404, "dead-letter queue", shown(name), `there are ${names}`);
    }
    const { found, returned, stays } = await replayQueue(place.replayPlace, url, {
      dryRun,
      limit: MAX_REPLAYED,
    });
    if (!dryRun) place.onReplay(name, found);
    return context.json({ queue: name, dryRun, found, returned, stays, more: found > MAX_REPLAYED }, 200);
  });
}
