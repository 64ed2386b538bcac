import { mkdtemp, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import type { ResultDocument } from "../../events/result.ts";
import type { AnalysisLimits, AnalysisOptions, Analyze, OnProgress } from "./analyze.ts";
import { uploadArtifacts } from "./artifacts.ts";
import { createCheckpoint } from "./checkpoint.ts";
import { JobError } from "./job-error.ts";
import { resultOf, writeResult } from "./result.ts";
import { stageObject } from "./staging.ts";

/** What the way from an object to its result needs. */
export interface ObjectProcessor {
  readonly s3: S3Client;
  readonly analyze: Analyze;
  readonly limits: AnalysisLimits;
  readonly options: AnalysisOptions;
  /** Where long analyses save their progress; by default in the results bucket. */
  readonly checkpointFolder?: string | undefined;
  /** Objects are staged below it; it holds nothing else. */
  readonly workFolder: string;
}

/**
 * Stages the object, analyzes it and writes its result document.
 * @throws JobError, or errors of the AWS SDK
 */
export async function processObject(
  { s3, analyze, limits, options, workFolder, checkpointFolder }: ObjectProcessor,
  job: JobRequest,
  onProgress: OnProgress,
): Promise<ResultDocument> {
  const folder = await mkdtemp(join(workFolder, "job-"));
  const checkpoint = createCheckpoint(s3, job, checkpointFolder);
  try {
    const startedAt = performance.now();
    onProgress(0, "reading the object");
    const staged = await stageObject(s3, job.object, join(folder, "object"));
    const stageMs = Math.round(performance.now() - startedAt);
    const analysis = await analyze(
      { path: staged.path, workFolder, key: job.object.key, sizeBytes: staged.sizeBytes, limits, options },
      onProgress,
      checkpoint,
    );
    const artifacts = await uploadArtifacts(s3, job.result, folder, analysis.artifacts);
    const document = resultOf(job, staged, stageMs, analysis, artifacts);
    await writeResult(s3, job.result, document);
    await checkpoint.discard();
    return document;
  } catch (error) {
    // Another attempt takes up where this one ended.
    if (error instanceof JobError && !error.retriable) await checkpoint.discard();
    else await checkpoint.flush();
    throw error;
  } finally {
    await remove(folder);
  }
}

/** Mostly there is the object and nothing else, which takes fewer calls than looking first. */
async function remove(folder: string): Promise<void> {
  try {
    await unlink(join(folder, "object"));
    await rmdir(folder);
  } catch {
    await rm(folder, { recursive: true, force: true });
  }
}
