import type { IncidentSeverity } from "../../../events/incidents/incident.ts";
import type { FailureCause } from "../../../events/jobs/job.ts";

/** What people are told of a cause. */
export interface CauseWords {
  /** A few plain words, which end a subject line. */
  readonly words: string;
  /** What to do. Source of the ECS ones: Amazon ECS developer guide, "Stopped tasks error messages". */
  readonly remedy: string;
  /** When nothing has answered the fault by itself. */
  readonly severity: Exclude<IncidentSeverity, "warning">;
}

export const CAUSES: Readonly<Record<FailureCause, CauseWords>> = {
  "object-gone": {
    words: "object is gone",
    remedy: "Nothing, if it was deleted on purpose. Else upload the object again.",
    severity: "error",
  },
  "object-changed": {
    words: "object has changed",
    remedy: "Nothing: the newer version has a job of its own.",
    severity: "error",
  },
  unreadable: {
    words: "file cannot be read",
    remedy: "Look at the file: it is not what its name says, or it is damaged. Upload a whole one.",
    severity: "error",
  },
  "container-error": {
    words: "container failed",
    remedy:
      "Read the last log lines: the container ended with an error of its own. The file may be one that it cannot take.",
    severity: "error",
  },
  "out-of-memory": {
    words: "out of memory",
    remedy:
      "Give it more memory: a larger size or memoryCeilingMiB of the pipeline in infra/pipelines.ts, or the task's own size. Or split the file.",
    severity: "error",
  },
  "disk-full": {
    words: "disk full",
    remedy:
      "Raise ephemeralStorageGiB of the pipeline's size (up to 200 GiB) in infra/pipelines.ts, or split the file.",
    severity: "error",
  },
  "cannot-pull": {
    words: "image cannot be pulled",
    remedy:
      "Check that the image's tag exists and fits the CPU architecture, that the execution role may pull it, that the subnets reach ECR (api and dkr endpoints, or NAT) and S3, and the registry's rate limits.",
    severity: "critical",
  },
  initialization: {
    words: "task could not be set up",
    remedy:
      "Check the execution role's rights on secrets, parameters and KMS keys, the route out and the VPC's DNS, the log group, and the file system's mount targets with their security group.",
    severity: "critical",
  },
  configuration: {
    words: "wrong configuration",
    remedy: "Mend what ECS names: entry point, permissions, CPU architecture, volumes, task size, roles.",
    severity: "critical",
  },
  infrastructure: {
    words: "infrastructure failed",
    remedy:
      "Nothing in the container. Look at the AWS Health dashboard, at the host and its disk, and at free addresses in the subnets; then upload the object again.",
    severity: "error",
  },
  unhealthy: {
    words: "health check failed",
    remedy:
      "Read the last log lines; check that the container answers its health check in time, on its port, after its start period.",
    severity: "error",
  },
  spot: {
    words: "Spot interruption",
    remedy: "Put FARGATE before FARGATE_SPOT in the pipeline's capacity if this happens too often.",
    severity: "error",
  },
  timeout: {
    words: "took too long",
    remedy:
      "Raise timeoutSeconds of the pipeline, or give it more CPU; read the log for where it stood still.",
    severity: "error",
  },
  stopped: {
    words: "stopped by a person",
    remedy: "Upload the object again if the stop was not meant for it.",
    severity: "error",
  },
  "launch-refused": {
    words: "ECS gave no task",
    remedy:
      "Look at the account's Fargate quotas, at the capacity of the cluster's providers, and at free addresses in the subnets; then upload the object again.",
    severity: "error",
  },
  "attempts-exhausted": {
    words: "all attempts failed",
    remedy: "Read the log lines of its attempts.",
    severity: "error",
  },
};
