import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import type { ResultArtifact, ResultDocument } from "../../events/result.ts";
import type { Analysis } from "./analyze.ts";
import type { StagedObject } from "./staging.ts";

/** Puts the result document together from the job, the staged object and what the analysis found. */
export function resultOf(
  job: JobRequest,
  staged: StagedObject,
  stageMs: number,
  analysis: Analysis,
  artifacts: readonly ResultArtifact[],
): ResultDocument {
  const { sequencer: _, ...object } = job.object;
  return {
    schema: 1,
    jobId: job.jobId,
    pipeline: job.pipeline,
    attempt: job.attempt,
    object: { ...object, sha256: staged.sha256 },
    type: analysis.type,
    analyzer: analysis.analyzer,
    timings: { stage: stageMs, ...analysis.timings },
    peakMemoryBytes: analysis.peakMemoryBytes,
    warnings: analysis.warnings,
    facts: analysis.facts,
    ...(artifacts.length > 0 && { artifacts: [...artifacts] }),
    content: analysis.content,
  };
}

/** Writes the document where the job says. */
export async function writeResult(
  s3: S3Client,
  where: JobRequest["result"],
  document: ResultDocument,
): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: where.bucket,
      Key: where.key,
      Body: JSON.stringify(document),
      ContentType: "application/json",
    }),
  );
}
