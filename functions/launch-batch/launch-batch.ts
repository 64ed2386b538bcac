import { type ECSClient, RunTaskCommand, type RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { type BatchLaunched, type BatchRequest, HOUR_VARIABLE } from "../../events/batch/batch-request.ts";
import { hourOf } from "../../events/jobs/job.ts";
import type { CapacityProvider } from "../../events/pipeline.ts";
import type { LaunchBudget } from "../kit/launch-budget.ts";
import { runOn, type TaskPlaces } from "../kit/task-places.ts";
import { waitBeforeTurn } from "../kit/turn.ts";

/** Where the batch runs, and as what. */
export interface BatchSite extends TaskPlaces {
  readonly cluster: string;
  /** Family: the newest revision runs. */
  readonly taskDefinition: string;
  readonly container: string;
  readonly capacity: CapacityProvider;
}

/** A run of the schedule, or a batch that somebody asks for. */
export type BatchTrigger =
  | { readonly kind: "schedule" /** ISO 8601. */; readonly time: string }
  | (BatchRequest & { /** The same for each try of one request. */ readonly requestId: string });

/** ECS made no task. Thrown, so that Lambda tries the event again and keeps it as a dead letter after its last try. */
export class BatchRefusedError extends Error {
  constructor(reason: string, options?: { cause?: unknown }) {
    super(`ECS did not start the batch: ${reason}`, options);
    this.name = "BatchRefusedError";
  }
}

export interface LaunchBatchDependencies {
  readonly ecs: Pick<ECSClient, "send">;
  readonly site: BatchSite;
  readonly budget: LaunchBudget;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/**
 * The batch takes its turn from the account's budget like any launch, and waits for it this long at most: during a
 * burst of uploads its turn may be many minutes away, and one call an hour fits into what the budget leaves of ECS's limits.
 */
const LONGEST_WAIT_MS = 10_000;

/** Starts one task. @throws BatchRefusedError */
export async function launchBatch(
  trigger: BatchTrigger,
  { ecs, site, budget, now, wait }: LaunchBatchDependencies,
): Promise<BatchLaunched> {
  const turn = await budget.takeTurn(now());
  await wait(Math.min(LONGEST_WAIT_MS, waitBeforeTurn(turn, now())));
  const { tasks = [], failures = [] } = await ecs
    .send(new RunTaskCommand(runTaskInput(trigger, site)))
    .catch((cause: unknown) => {
      throw new BatchRefusedError(
        cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause),
        {
          cause,
        },
      );
    });
  const taskArn = tasks[0]?.taskArn;
  if (taskArn !== undefined) return { taskArn };
  const reasons = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": "));
  throw new BatchRefusedError(reasons.join("; ") || "it made no task and gave no reason");
}

/** The request for one batch. Nothing in it follows from the clock: the same trigger again is the same request. */
export function runTaskInput(trigger: BatchTrigger, site: BatchSite): RunTaskCommandInput {
  const hour = trigger.kind === "batch" ? trigger.hour : undefined;
  return {
    cluster: site.cluster,
    taskDefinition: site.taskDefinition,
    count: 1,
    clientToken: clientTokenFor(trigger),
    startedBy: "longshore/batch",
    ...runOn(site.capacity, site),
    enableECSManagedTags: true,
    propagateTags: "TASK_DEFINITION",
    ...(hour === undefined
      ? {}
      : {
          overrides: {
            containerOverrides: [
              { name: site.container, environment: [{ name: HOUR_VARIABLE, value: hour }] },
            ],
          },
        }),
  };
}

/**
 * RunTask's idempotency token: a duplicate of the hour's event is answered with the hour's task. At most 64 characters.
 * Source: ECS API reference, "Ensuring idempotency".
 */
export function clientTokenFor(trigger: BatchTrigger): string {
  return trigger.kind === "schedule"
    ? `longshore-batch-${hourOf(trigger.time)}`
    : `longshore-batch-${trigger.requestId}`.slice(0, 64);
}
