import { readFileSync } from "node:fs";
import { z } from "zod";

/** Members of every fault. */
const common = {
  /** Names the fault in the record of injections; given one when left out. */
  id: z
    .string()
    .regex(/^[\w.-]{1,64}$/, "takes up to 64 letters, digits, dots, dashes and underscores")
    .optional(),
  /** Of each occasion that the fault fits, 0 to 1. */
  probability: z.number().min(0).max(1).default(1),
  /** Lets this many occasions pass first. */
  skip: z.int().min(0).default(0),
  /** Ends the fault after so many injections; without it there is no end. */
  times: z.int().min(1).optional(),
};

/** Which calls through the endpoint a fault fits. */
const calls = {
  /** Signing name, e.g. `dynamodb`, `ecs`, `s3`; every service when left out. */
  service: z.string().min(1).optional(),
  /** As in the API reference, e.g. `RunTask`; every operation when left out. */
  operation: z.string().min(1).optional(),
  /** `role`: calls of functions and tasks; `admin`: calls with anybody else's credentials. */
  caller: z.enum(["role", "admin"]).optional(),
};

/** Which tasks a fault fits. */
const tasks = {
  /** Family of the task definition, or the beginning of it. */
  family: z.string().min(1).optional(),
  /** One task by its ARN; one that runs already is met at once. */
  task: z.string().startsWith("arn:").optional(),
  /** From the task's RUNNING, in seconds of the runtime's clock. */
  delaySeconds: z.number().min(0).default(0),
};

/** Which deliveries to targets of rules a fault fits. */
const deliveries = {
  /** The rule's name or the end of it. */
  rule: z.string().min(1).optional(),
  source: z.string().min(1).optional(),
  detailType: z.string().min(1).optional(),
};

export const apiErrorSchema = z.union([
  /** `throttling`: the service's own throttling error; `internal`: its own 5xx. */
  z.enum(["throttling", "internal"]),
  z.strictObject({
    code: z.string().min(1),
    message: z.string().default("Injected by a fault of the local runtime"),
    statusCode: z.int().min(400).max(599).default(400),
  }),
]);

/** A fault as a scenario writes it. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** The call is refused and has not happened. */
  z.strictObject({ kind: z.literal("api-error"), ...common, ...calls, error: apiErrorSchema }),
  /** The call happens, that much later. */
  z.strictObject({
    kind: z.literal("api-latency"),
    ...common,
    ...calls,
    milliseconds: z.number().min(0).max(900_000),
  }),
  /** The call has not happened, and nobody answers until the caller gives up. */
  z.strictObject({ kind: z.literal("api-timeout"), ...common, ...calls }),
  /** The call happens, but the connection is cut before the answer. */
  z.strictObject({ kind: z.literal("api-answer-lost"), ...common, ...calls }),
  /** Of tasks on FARGATE_SPOT: warning event, SIGTERM, stop. */
  z.strictObject({ kind: z.literal("spot-interruption"), ...common, ...tasks }),
  /** SIGKILL to every process of a task. */
  z.strictObject({ kind: z.literal("task-kill"), ...common, ...tasks }),
  z.strictObject({
    kind: z.literal("image-pull-error"),
    ...common,
    family: z.string().min(1).optional(),
    container: z.string().min(1).optional(),
  }),
  /** RunTask answers with `failures[]` instead of a task. */
  z.strictObject({
    kind: z.literal("run-task-failure"),
    ...common,
    family: z.string().min(1).optional(),
    capacityProvider: z.string().min(1).optional(),
    reason: z
      .string()
      .min(1)
      .default(
        "Capacity is unavailable at this time. Please try again later or in a different availability zone",
      ),
  }),
  /** The target gets the event once more, `delaySeconds` after the first time. */
  z.strictObject({
    kind: z.literal("event-duplicate"),
    ...common,
    ...deliveries,
    delaySeconds: z.number().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal("event-delay"),
    ...common,
    ...deliveries,
    delaySeconds: z.number().min(0),
  }),
  /** An event is held back until the next one to the same target was delivered, or until the time is up. */
  z.strictObject({
    kind: z.literal("event-reorder"),
    ...common,
    ...deliveries,
    maxDelaySeconds: z.number().min(0).default(10),
  }),
  /** A message that was received shows again although its visibility timeout has not passed. */
  z.strictObject({
    kind: z.literal("message-redelivery"),
    ...common,
    /** The queue's name or the end of it. */
    queue: z.string().min(1).optional(),
    delaySeconds: z.number().min(0).default(0),
  }),
  /** A container instance is gone, with every process of its tasks. */
  z.strictObject({
    kind: z.literal("instance-kill"),
    ...common,
    /** One EC2 instance by its id; every one that registers when left out. */
    instance: z.string().startsWith("i-").optional(),
    /** From its registration, in seconds of the runtime's clock. */
    delaySeconds: z.number().min(0).default(0),
  }),
  /** SIGKILL to the runtime's own process. */
  z.strictObject({ kind: z.literal("runtime-kill"), ...common, delaySeconds: z.number().min(0).default(0) }),
]);

export const scenarioSchema = z.strictObject({
  /** The same seed and the same occasions give the same injections. */
  seed: z.int().min(0).default(0),
  faults: z.array(faultSchema).min(1),
});

export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault["kind"];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;
export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** A scenario that cannot be used: says where it came from, which member, and what that takes. */
export class ScenarioError extends Error {
  readonly source: string;

  constructor(source: string, problem: string, cause?: unknown) {
    super(`Faults of ${source}: ${problem}`, cause === undefined ? undefined : { cause });
    this.name = "ScenarioError";
    this.source = source;
  }
}

/** @throws ScenarioError naming the member and what it takes */
export function parseScenario(value: unknown, source: string): Scenario {
  const parsed = scenarioSchema.safeParse(value);
  if (!parsed.success) throw new ScenarioError(source, z.prettifyError(parsed.error), parsed.error);
  const ids = parsed.data.faults.flatMap(({ id }) => id ?? []);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new ScenarioError(source, `two faults have the id "${twice}"`);
  return parsed.data;
}

/** Reads a scenario from a JSON file. @throws ScenarioError */
export function readScenario(file: string): Scenario {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ScenarioError(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  return parseScenario(value, file);
}
