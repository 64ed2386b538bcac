import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { jobFailureOf } from "../../../events/incidents/job-failure.ts";
import type { JobItem } from "../../../events/jobs/job.ts";

/** Tells administrators of a job that is over, if it has failed for a cause that is theirs to mend. */
export type TellOfFailure = (job: JobItem) => Promise<void>;

/** @param queueUrl the queue of `on-job-failed`, which knows what it was told before */
export function failureTeller(sqs: SQSClient, queueUrl: string): TellOfFailure {
  return async (job) => {
    const failure = jobFailureOf(job);
    if (failure === undefined) return;
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(failure) }));
  };
}
