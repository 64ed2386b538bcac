import { setTimeout } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { ECSClient } from "@aws-sdk/client-ecs";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import * as z from "zod";
import { readEnvironment } from "../kit/environment.ts";
import { capacityVariable, taskPlacesFrom, taskPlacesVariables } from "../kit/task-places.ts";
import { traced } from "../kit/traced.ts";
import { whenNeeded } from "../kit/when-needed.ts";
import { type LaunchWorkersDependencies, launchWorkers, type TakenTurns } from "./launch-workers.ts";

const positive = z.coerce.number().positive();

const environment = readEnvironment(
  z.object({
    JOBS_QUEUE_URL: z.url(),
    LOOK_AGAIN_QUEUE_URL: z.url(),
    CLUSTER: z.string().min(1),
    COUNTERS_TABLE: z.string().min(1),
    SERVICE: z.string().min(1),
    TASK_DEFINITION: z.string().min(1),
    CONTAINER: z.string().min(1),
    CAPACITY: capacityVariable,
    ...taskPlacesVariables,
    ACCEPTABLE_LATENCY_SECONDS: positive,
    SECONDS_PER_MESSAGE: positive,
    MAXIMUM_BURST: positive,
    LEAVE_AFTER_IDLE_SECONDS: positive,
  }),
);

const logger = new Logger();
const metrics = new Metrics();
const sqs = new SQSClient({});

const dependencies: LaunchWorkersDependencies = {
  ecs: new ECSClient({}),
  sqs,
  queueUrl: environment.JOBS_QUEUE_URL,
  site: {
    cluster: environment.CLUSTER,
    service: environment.SERVICE,
    taskDefinition: environment.TASK_DEFINITION,
    container: environment.CONTAINER,
    capacity: environment.CAPACITY,
    ...taskPlacesFrom(environment),
    leaveAfterIdleSeconds: environment.LEAVE_AFTER_IDLE_SECONDS,
  },
  policy: {
    acceptableLatencySeconds: environment.ACCEPTABLE_LATENCY_SECONDS,
    secondsPerMessage: environment.SECONDS_PER_MESSAGE,
    maximumBurst: environment.MAXIMUM_BURST,
  },
  // Most looks find nothing to start.
  budget: {
    takeTurn: whenNeeded(
      async () => (await import("../kit/shared-budget.ts")).sharedBudget(environment.COUNTERS_TABLE).takeTurn,
    ),
  },
  now: Date.now,
  wait: setTimeout,
  lookAgain: async (delaySeconds, turns) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: environment.LOOK_AGAIN_QUEUE_URL,
        MessageBody: JSON.stringify({ look: "again", turns } satisfies Look),
        DelaySeconds: delaySeconds,
      }),
    );
  },
};

const look = z.object({
  look: z.literal("again"),
  turns: z.object({ at: z.number(), tasks: z.int().positive() }).optional(),
});
type Look = z.input<typeof look>;

const looks = z.object({ Records: z.array(z.object({ body: z.string() })).min(1) });

/** The turns that one of the messages has taken; those of others are left unused, which does no harm. */
function turnsOf(event: unknown): TakenTurns | undefined {
  const records = looks.safeParse(event).data?.Records ?? [];
  return records.map(({ body }) => look.parse(JSON.parse(body)).turns).find((turns) => turns !== undefined);
}

/**
 * Takes the backlog alarm's transitions from the bus, and its own messages to look again. What it does follows
 * from the queue and the cluster alone, so that an event too many changes nothing.
 */
export const handler = traced(
  [dependencies.ecs, sqs],
  middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown): Promise<void> => {
      const outcome = await launchWorkers(dependencies, turnsOf(event));
      logger.info(`burst: ${outcome.started} of ${outcome.wanted} workers started`, { ...outcome });
      metrics.addMetric("BurstWorkersStarted", MetricUnit.Count, outcome.started);
    }),
);
