import type { JobItem } from "../../events/jobs/job.ts";
import { jobIdOf } from "../../events/jobs/job-id.ts";
import type { JobMessage } from "../../events/jobs/job-message.ts";
import { applyWrite, readJob, supersedeOlder } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { accept, type NewJob } from "../../events/jobs/transitions.ts";
import type { Lane } from "../../events/pipeline.ts";
import { laneFor, pipelineForKey } from "../../events/routing.ts";
import { findPipeline, type LaunchDependencies, type LaunchOutcome, launch } from "./launch.ts";

export type UploadOutcome =
  | LaunchOutcome
  | { readonly kind: "duplicate"; readonly status: string }
  | { readonly kind: "superseded"; readonly by: string }
  | { readonly kind: "not-ours"; readonly owner: string };

/** What became of one upload. */
export type HandledUpload = UploadOutcome & {
  readonly jobId: string;
  /** ISO 8601; of an upload whose first attempt this is. */
  readonly uploadedAt?: string;
};

/** The job that one event makes in one pipeline. */
export function newJobOf({ pipeline, event }: JobMessage, lane: Lane): NewJob {
  const { bucket, object } = event.detail;
  const version = {
    bucket: bucket.name,
    key: object.key,
    ...(object["version-id"] === undefined ? {} : { versionId: object["version-id"] }),
    etag: object.etag,
    sequencer: object.sequencer,
  };
  return { ...version, jobId: jobIdOf(version, pipeline), pipeline, lane, size: object.size };
}

/**
 * One large upload: makes its job known, lets it take the place of an older version's, and launches its task.
 * Every step may be repeated; an event that comes again finds what the first one did.
 * @throws UnknownPipelineError
 */
export async function launchUpload(
  message: JobMessage,
  dependencies: LaunchDependencies,
): Promise<HandledUpload> {
  const { table, pipelines, now } = dependencies;
  const pipeline = findPipeline(message.pipeline, pipelines);
  const job = newJobOf(message, "dedicated");
  const { jobId } = job;
  // The rules are a little wider than the pipelines: see `objectCreatedPattern`.
  const owner = pipelineForKey(pipelines, job.key)?.name ?? message.pipeline;
  if (owner !== message.pipeline) return { kind: "not-ours", owner, jobId };
  const lane = laneFor(pipeline, job.size);
  if (lane !== "dedicated") return { kind: "not-ours", owner: `${owner}, ${lane} lane`, jobId };

  const accepted = await applyWrite(table, accept(job, now().toISOString()));
  if (!accepted.done && !isBeforeFirstAttempt(accepted.current)) {
    return { kind: "duplicate", status: accepted.current?.status ?? "gone", jobId };
  }
  const newer = await supersedeOlder(table, job, now().toISOString());
  if (newer !== undefined) return { kind: "superseded", by: newer, jobId };
  return {
    ...(await launch({ kind: "launch", job, attempt: 1, provider: 0, refusals: 0 }, dependencies)),
    jobId,
    uploadedAt: message.event.time,
  };
}

/** An earlier try at this event may have stopped anywhere before its launch was safe. */
function isBeforeFirstAttempt(job: JobItem | undefined): boolean {
  return job?.attempt === 0 && (job.status === "accepted" || job.status === "queued");
}

/** A launch that waited in the launch queue; dropped when its job has moved on meanwhile. */
export async function launchAgain(
  request: LaunchRequest,
  dependencies: LaunchDependencies,
): Promise<HandledUpload> {
  const { jobId } = request.job;
  const current = await readJob(dependencies.table, jobId);
  const waits = current?.status === "accepted" || current?.status === "queued";
  if (!waits || current.attempt >= request.attempt) {
    return { kind: "duplicate", status: current?.status ?? "gone", jobId };
  }
  return {
    ...(await launch(request, dependencies)),
    jobId,
    ...(request.attempt === 1 && { uploadedAt: current.createdAt }),
  };
}
