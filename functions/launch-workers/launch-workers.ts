import {
  DescribeServicesCommand,
  type ECSClient,
  ListTasksCommand,
  type ListTasksCommandOutput,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { CapacityProvider } from "../../events/pipeline.ts";
import type { LaunchBudget } from "../kit/launch-budget.ts";
import { runOn, type TaskPlaces } from "../kit/task-places.ts";
import { secondsUntil, waitBeforeTurn } from "../kit/turn.ts";
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
  readonly budget: LaunchBudget;
  /**
   * Has this function look again after `delaySeconds`: EventBridge tells of an alarm's transitions only.
   * @param turns that were taken for then
   */
  readonly lookAgain: (delaySeconds: number, turns?: TakenTurns) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

export interface BurstOutcome {
  readonly backlog: Backlog;
  readonly workers: WorkerCount;
  readonly wanted: number;
  readonly started: number;
  /** Set when not all that was wanted could be started. */
  readonly refusal?: Refusal;
  /** Set when the account's budget had no turns left for now. */
  readonly turns?: TakenTurns;
  readonly looksAgain: boolean;
}

/** Turns of the account's launch budget that have been taken and not used yet. */
export interface TakenTurns {
  /** When they come, in milliseconds since the epoch. */
  readonly at: number;
  readonly tasks: number;
}

/** Long enough for workers to start and be counted, short enough for a backlog that still grows. */
const LOOK_AGAIN_SECONDS = 60;

/** A turn this near is waited for; for a later one this function looks again when it comes. */
const LONGEST_WAIT_MS = 5_000;

/**
 * Starts as many burst workers as the backlog needs and the account's budget allows, and looks again until there is
 * none.
 * @param taken turns that an earlier look has taken
 */
export async function launchWorkers(
  dependencies: LaunchWorkersDependencies,
  taken?: TakenTurns,
): Promise<BurstOutcome> {
  const [backlog, workers] = await Promise.all([readBacklog(dependencies), countWorkers(dependencies)]);
  const wanted = burstSize(backlog, workers, dependencies.policy);
  const missing = async () => burstSize(backlog, await countWorkers(dependencies), dependencies.policy);
  const { started, refusal, turns } = await startWorkers(wanted, missing, dependencies, taken);
  const looksAgain = turns !== undefined || backlog.visible > 0;
  if (turns) await dependencies.lookAgain(secondsUntil(turns.at, dependencies.now()), turns);
  else if (looksAgain) await dependencies.lookAgain(LOOK_AGAIN_SECONDS);
  return {
    ...{ backlog, workers, wanted, started, looksAgain },
    ...(refusal && { refusal }),
    ...(turns && { turns }),
  };
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

/** @param missing how many are wanted as it is now: while a turn was waited for, another look may have started some */
async function startWorkers(
  wanted: number,
  missing: () => Promise<number>,
  { ecs, site, budget, now, wait }: LaunchWorkersDependencies,
  taken: TakenTurns | undefined,
): Promise<{ started: number; refusal?: Refusal; turns?: TakenTurns }> {
  let left = wanted;
  let refusal: Refusal | undefined;
  let unused = taken;
  for (const provider of site.capacity) {
    for (const count of callsFor(left)) {
      const at = unused && unused.tasks >= count ? unused.at : await budget.takeTurn(now(), count);
      unused = undefined;
      const waitMs = waitBeforeTurn(at, now());
      if (waitMs > LONGEST_WAIT_MS) return { started: wanted - left, turns: { at, tasks: count } };
      if (waitMs > 0) await wait(waitMs);
      const still = Math.min(count, await missing());
      if (still === 0) return { started: wanted - left };
      const answer = await runTasks(ecs, site, provider, still);
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
                { name: "CAPACITY", value: provider },
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
