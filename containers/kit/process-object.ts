import { mkdtemp, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import type { ResultDocument } from "../../events/result.ts";
import type { Analysis, AnalysisLimits, AnalysisOptions, Analyze, OnProgress } from "./analyze.ts";
import { uploadArtifacts } from "./artifacts.ts";
import type { JobCheckpoint } from "./checkpoint/checkpoint.ts";
import { resultOf, writeResult } from "./result.ts";
import { stageObject } from "./staging.ts";

/** Of a job's time, about so much goes into reading its object. */
const STAGING_PERCENT = 20;

/** What the way from an object to its result needs. */
export interface ObjectProcessor {
  readonly s3: S3Client;
  readonly analyze: Analyze;
  readonly limits: AnalysisLimits;
  readonly options: AnalysisOptions;
  /** Objects are staged below it; it holds nothing else. */
  readonly workFolder: string;
}

/** What has come of an object. */
export interface ProcessedObject {
  readonly document: ResultDocument;
  /** For the log. */
  readonly work: Analysis["work"];
}

/**
 * Stages the object, analyzes it and writes its result document. What another attempt could go on from is saved when
 * this ends in an error; whoever makes the job final discards it.
 * @throws JobError, or errors of the AWS SDK
 */
export async function processObject(
  { s3, analyze, limits, options, workFolder }: ObjectProcessor,
  job: JobRequest,
  checkpoint: JobCheckpoint,
  onProgress: OnProgress,
): Promise<ProcessedObject> {
  const folder = await mkdtemp(join(workFolder, "job-"));
  try {
    const startedAt = performance.now();
    const onShare = (share: number) => onProgress(share * STAGING_PERCENT, "reading the object");
    const staged = await stageObject(s3, job.object, join(folder, "object"), onShare, checkpoint.ranges);
    const stageMs = Math.round(performance.now() - startedAt);
    const analysis = await analyze(
      { path: staged.path, workFolder, key: job.object.key, sizeBytes: staged.sizeBytes, limits, options },
      (percent, step) => onProgress(STAGING_PERCENT + (percent * (100 - STAGING_PERCENT)) / 100, step),
      checkpoint,
    );
    const artifacts = await uploadArtifacts(s3, job.result, folder, analysis.artifacts);
    const document = resultOf(job, staged, stageMs, analysis, artifacts);
    await writeResult(s3, job.result, document);
    return { document, work: { ...staged.work, ...analysis.work } };
  } catch (error) {
    await checkpoint.flush();
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
