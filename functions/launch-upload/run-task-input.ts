import type { RunTaskCommandInput, TaskOverride } from "@aws-sdk/client-ecs";
import { fitFargateSize } from "../../events/fargate-sizes.ts";
import { JOB_VARIABLE, type JobRequest, resultKeyFor } from "../../events/jobs/job-request.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import type { CapacityProvider, Pipeline, TaskSize } from "../../events/pipeline.ts";
import { taskSizeFor } from "../../events/routing.ts";
import { ECS_LIMITS } from "../kit/ecs-limits.ts";
import { fitsInstance, runOn, type TaskPlaces } from "../kit/task-places.ts";

/** What runs for an object. */
export interface TaskToRun {
  /** Family: the newest revision runs. */
  readonly taskDefinition: string;
  /** The container that is given the job. */
  readonly container: string;
}

/** Where tasks run, and as what. */
export interface LaunchSite extends TaskPlaces {
  readonly cluster: string;
  /** For pipelines without a container of their own. */
  readonly processor: TaskToRun;
  /** By pipeline. */
  readonly ownContainers: Readonly<Record<string, TaskToRun>>;
  readonly resultsBucket: string;
}

/** What a launch asks for is more than ECS takes; no further try can help. */
export class OverridesTooLongError extends Error {
  constructor(characters: number) {
    super(
      `The task's overrides have ${characters} characters, ECS takes ${ECS_LIMITS.overridesCharacters}; ` +
        "most of it is the object's key, give it a shorter one",
    );
    this.name = "OverridesTooLongError";
  }
}

/** The request for one task of its own, sized for its object. @throws OverridesTooLongError */
export function runTaskInput(
  request: LaunchRequest,
  pipeline: Pipeline,
  site: LaunchSite,
): RunTaskCommandInput {
  const { job } = request;
  const { taskDefinition, container } = site.ownContainers[pipeline.name] ?? site.processor;
  const provider = providerFor(request, pipeline, site);
  return {
    cluster: site.cluster,
    taskDefinition,
    count: 1,
    clientToken: clientTokenFor(request),
    startedBy: `longshore/${job.jobId}`,
    ...runOn(provider, site),
    overrides: overridesFor(request, pipeline, container, site, provider),
    enableECSManagedTags: true,
    propagateTags: "TASK_DEFINITION",
    tags: [
      { key: "longshore:job", value: job.jobId },
      { key: "longshore:pipeline", value: job.pipeline },
      { key: "longshore:object", value: tagValue(`${job.bucket}/${job.key}`) },
    ],
  };
}

/** Nothing here may follow from the clock: the same launch asked for again must be the same request. */
function overridesFor(
  request: LaunchRequest,
  pipeline: Pipeline,
  container: string,
  site: LaunchSite,
  provider: CapacityProvider,
): TaskOverride {
  const size = attemptSize(request, pipeline);
  const job = JSON.stringify(jobRequestFor(request, pipeline, site));
  const overrides = {
    cpu: String(size.cpu),
    memory: String(size.memoryMiB),
    // On an instance a task has what its volume has free, and asks for none.
    ...(size.ephemeralStorageGiB === undefined || provider === "EC2"
      ? {}
      : { ephemeralStorage: { sizeInGiB: size.ephemeralStorageGiB } }),
    containerOverrides: [{ name: container, environment: [{ name: JOB_VARIABLE, value: job }] }],
  };
  const { length } = JSON.stringify(overrides);
  if (length > ECS_LIMITS.overridesCharacters) throw new OverridesTooLongError(length);
  return overrides;
}

/**
 * RunTask's idempotency token: the same request again gives the same task. It differs for each refusal, because
 * whether ECS replays an answer that had failures is not documented, and other parameters under one token are a
 * ConflictException. At most 64 characters. Source: ECS API reference, "Ensuring idempotency".
 */
export function clientTokenFor({ job, attempt, refusals }: LaunchRequest): string {
  return `${job.jobId.slice(0, 48)}-${attempt}-${refusals}`;
}

/**
 * The capacity provider to try; past the end of the pipeline's list, the last one. Instances are passed over by a
 * task that none of them can hold, such as one that gets twice its memory: there it would wait for ever.
 */
export function providerFor(
  request: LaunchRequest,
  pipeline: Pipeline,
  places: Pick<TaskPlaces, "instances">,
): CapacityProvider {
  const { capacity } = pipeline;
  const first = Math.min(request.provider, capacity.length - 1);
  const inOrder = [...capacity.slice(first), ...capacity.slice(0, first)];
  const size = attemptSize(request, pipeline);
  const chosen = inOrder.find((name) => name !== "EC2" || fitsInstance(size, places)) ?? inOrder[0];
  if (chosen === undefined) throw new RangeError(`Pipeline ${pipeline.name} has no capacity providers`);
  return chosen;
}

/** The pipeline's size for the object, raised to what an attempt that ran out of memory asks for. */
export function attemptSize(request: LaunchRequest, pipeline: Pipeline): TaskSize {
  const size = taskSizeFor(pipeline, request.job.size);
  if (request.memoryMiB === undefined || request.memoryMiB <= size.memoryMiB) return size;
  const larger = fitFargateSize({
    cpu: size.cpu,
    memoryMiB: Math.min(request.memoryMiB, pipeline.memoryCeilingMiB),
  });
  return { ...size, ...larger };
}

/** Text as ECS takes it in a tag: 256 characters of a limited set. Source: ECS API reference, Tag. */
export function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, "_").slice(0, 256);
}

function jobRequestFor(
  { job, attempt }: LaunchRequest,
  { timeoutSeconds, maxAttempts }: Pipeline,
  site: LaunchSite,
): JobRequest {
  return {
    contract: 1,
    jobId: job.jobId,
    pipeline: job.pipeline,
    attempt,
    object: {
      bucket: job.bucket,
      key: job.key,
      ...(job.versionId === undefined ? {} : { versionId: job.versionId }),
      etag: job.etag,
      size: job.size,
      sequencer: job.sequencer,
    },
    maxAttempts,
    timeoutSeconds,
    result: { bucket: site.resultsBucket, key: resultKeyFor(job.pipeline, job.jobId, attempt) },
  };
}
