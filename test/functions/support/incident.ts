import type { NewIncident } from "../../../events/incidents/incident.ts";

const JOB_ID = "a47b6e6d2922bc94a35dce43de396cec169ab5fe1e47bfd5b4b6b21f617e2409";
const TASK_ARN = "arn:aws:ecs:us-east-1:111122223333:task/longshore/6f5bdb1fc0e1478fa0e1a1c0b6d1e7a4";

/** A job that has failed for want of memory. */
export function sampleIncident(more: Partial<NewIncident> = {}): NewIncident {
  return {
    incidentId: "incident",
    day: "2026-11-22",
    occurredAt: "2026-11-22T13:05:31.442Z",
    severity: "error",
    cause: "out-of-memory",
    summary: "Out of memory: attempt 3 at reports/Q3 Zahlen für Köln.csv (pipeline tables).",
    reason: "Out of memory at the pipeline's ceiling of 30720 MiB",
    remedy: "Give it more memory.",
    outcome: "The job has failed; no further attempt follows.",
    fingerprint: "alike",
    task: {
      taskArn: TASK_ARN,
      taskDefinitionArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/processor:3",
      clusterArn: "arn:aws:ecs:us-east-1:111122223333:cluster/longshore",
      group: "family:processor",
      capacity: "FARGATE",
      containers: [{ name: "processor", exitCode: 137, reason: "OutOfMemoryError" }],
    },
    job: {
      jobId: JOB_ID,
      pipeline: "tables",
      attempt: 3,
      bucket: "uploads",
      key: "reports/Q3 Zahlen für Köln.csv",
      size: 48_213,
    },
    jobId: JOB_ID,
    log: {
      group: "/longshore/processor",
      stream: "processor/processor/6f5bdb1fc0e1478fa0e1a1c0b6d1e7a4",
      lines: Array.from({ length: 50 }, (_, index) => `line ${index + 1}`),
    },
    links: { ecs: "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/longshore/tasks/6f5b" },
    ...more,
  };
}
