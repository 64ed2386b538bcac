import { BATCH_ARRAY } from "./batch-array.ts";
import { KEDA_SCALED_JOB } from "./keda-scaled-job.ts";
import { LAMBDA_PER_OBJECT, LAMBDA_WITH_BOOKS } from "./lambda-per-object.ts";
import { longshore } from "./longshore/longshore.ts";
import { ONE_TASK_PER_OBJECT } from "./one-task-per-object.ts";
import type { Policy } from "./policy.ts";
import { QUEUE_PROCESSING_SERVICE } from "./queue-processing-service.ts";

/** As it is deployed. */
export const LONGSHORE = longshore({
  name: "Longshore",
  description: "As deployed: workers on demand, burst workers and large objects on Spot first.",
});

export const LONGSHORE_FARGATE = longshore({
  name: "Longshore, on demand",
  description: "The same without Spot.",
  only: "FARGATE",
});

export const LONGSHORE_EC2 = longshore({
  name: "Longshore, EC2",
  description: "All tasks on instances of an Auto Scaling group with managed scaling.",
  only: "EC2",
});

export const PEERS: readonly Policy[] = [
  ONE_TASK_PER_OBJECT,
  QUEUE_PROCESSING_SERVICE,
  KEDA_SCALED_JOB,
  BATCH_ARRAY,
  LAMBDA_PER_OBJECT,
  LAMBDA_WITH_BOOKS,
];

export const POLICIES: readonly Policy[] = [LONGSHORE, LONGSHORE_FARGATE, LONGSHORE_EC2, ...PEERS];
