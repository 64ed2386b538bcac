import { createHash } from "node:crypto";

/** The incident of a stopped task: one, however often and in whatever order its events come. */
export function incidentIdOfTask(taskArn: string): string {
  return digest(["task", taskArn]);
}

/** The incident of a job for which ECS gave no task. */
export function incidentIdOfLaunch(jobId: string, attempt: number): string {
  return digest(["launch", jobId, attempt]);
}

/** The incident of a job that failed while its worker went on. */
export function incidentIdOfJob(jobId: string, attempt: number): string {
  return digest(["job", jobId, attempt]);
}

/** What makes faults alike: the cause, where it happened, and what ran. */
export function fingerprintOf(cause: string, place: string, image: string | undefined): string {
  return digest(["fault", cause, place, image ?? null]);
}

function digest(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
