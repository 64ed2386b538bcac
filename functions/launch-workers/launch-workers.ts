import {
  DescribeServicesCommand,
  type ECSClient,
  ListTasksCommand,
  type ListTasksCommandOutput,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { CapacityProvider } from "../../events/pipeline.ts";
import { runOn, type TaskPlaces } from "../kit/task-places.ts";
import { type Refusal, refusalFromError, refusalFromFailures } from "../launch-upload/refusal.ts";
import { type Backlog, type BurstPolicy, burstSize, callsFor, type WorkerCount } from "./burst-size.ts";

/** Marks burst workers among the cluster's tasks. */
export const BURST_STARTED_BY = "longshore/burst";

/** Where burst workers run, and as what. */
export interface BurstSite extends TaskPlaces {
  readonly cluster: string;
  readonly service: string;
  /** Family: the newest revision runs. */
  readonly taskDefinition: string;
  readonly container: string;
  /** Spot first; on-demand for what Spot has no room for. */
  readonly capacity: readonly CapacityProvider[];
  /** Seconds without a message after which a burst worker leaves. */
  readonly leaveAfterIdleSeconds: number;
}

export interface LaunchWorkersDependencies {
  readonly ecs: Pick<ECSClient, "send">;
  readonly sqs: Pick<SQSClient, "send">;
  readonly queueUrl: string;
  readonly site: BurstSite;
  readonly policy: BurstPolicy;
  /** Has this function look again after `delaySeconds`: EventBridge tells of an alarm's transitions only. */
  readonly lookAgain: (delaySeconds: number) => Promise<void>;
}

export interface BurstOutcome {
  readonly backlog: Backlog;
  readonly workers: WorkerCount;
  readonly wanted: number;
  readonly started: number;
  /** Set when not all that was wanted could be started. */
  readonly refusal?: Refusal;
  readonly looksAgain: boolean;
}

/** Long enough for workers to start and be counted, short enough for a backlog that still grows. */
const LOOK_AGAIN_SECONDS = 60;

/** Starts as many burst workers as the backlog needs, and looks again until there is none. */
export async function launchWorkers(dependencies: LaunchWorkersDependencies): Promise<BurstOutcome> {
  const [backlog, workers] = await Promise.all([readBacklog(dependencies), countWorkers(dependencies)]);
  const wanted = burstSize(backlog, workers, dependencies.policy);
  const { started, refusal } = await startWorkers(wanted, dependencies);
  const looksAgain = backlog.visible > 0;
  if (looksAgain) await dependencies.lookAgain(LOOK_AGAIN_SECONDS);
  return { backlog, workers, wanted, started, looksAgain, ...(refusal && { refusal }) };
}

async function readBacklog({ sqs, queueUrl }: LaunchWorkersDependencies): Promise<Backlog> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

async function countWorkers({ ecs, site }: LaunchWorkersDependencies): Promise<WorkerCount> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: site.cluster, services: [site.service] }),
  );
  return { service: services[0]?.desiredCount ?? 0, burst: await countBurst(ecs, site.cluster) };
}

/** Tasks that are to run count, though they have not started yet: they were asked for already. */
async function countBurst(ecs: Pick<ECSClient, "send">, cluster: string): Promise<number> {
  let count = 0;
  let nextToken: string | undefined;
  do {
    const page: ListTasksCommandOutput = await ecs.send(
      new ListTasksCommand({ cluster, startedBy: BURST_STARTED_BY, ...(nextToken && { nextToken }) }),
    );
    count += page.taskArns?.length ?? 0;
    nextToken = page.nextToken;
  } while (nextToken);
  return count;
}

async function startWorkers(
  wanted: number,
  { ecs, site }: LaunchWorkersDependencies,
): Promise<{ started: number; refusal?: Refusal }> {
  let left = wanted;
  let refusal: Refusal | undefined;
  for (const provider of site.capacity) {
    for (const count of callsFor(left)) {
      const answer = await runTasks(ecs, site, provider, count);
      left -= answer.started;
      if (!answer.refusal) continue;
      refusal = answer.refusal;
      // Asking again at once would meet the same answer; the next look asks again.
      if (refusal.kind !== "no-capacity") return { started: wanted - left, refusal };
      break;
    }
    if (left === 0) return { started: wanted };
  }
  return { started: wanted - left, ...(refusal && { refusal }) };
}

async function runTasks(
  ecs: Pick<ECSClient, "send">,
  site: BurstSite,
  provider: CapacityProvider,
  count: number,
): Promise<{ started: number; refusal?: Refusal }> {
  try {
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: site.cluster,
        taskDefinition: site.taskDefinition,
        count,
        startedBy: BURST_STARTED_BY,
        ...runOn(provider, site),
        overrides: {
          containerOverrides: [
            {
              name: site.container,
              environment: [
                { name: "LONGSHORE_LEAVE_AFTER_IDLE_SECONDS", value: String(site.leaveAfterIdleSeconds) },
              ],
            },
          ],
        },
        enableECSManagedTags: true,
      }),
    );
    return tasks.length === count
      ? { started: count }
      : { started: tasks.length, refusal: refusalFromFailures(failures) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { started: 0, refusal: refusalFromError(error) };
  }
}
