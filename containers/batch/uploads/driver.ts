import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { drivenItem, drivenPartition } from "../../../events/batch/batch-items.ts";
import { hourAt } from "../../../events/batch/hour.ts";
import { hourOf, type JobItem } from "../../../events/jobs/job.ts";
import { objectIdOf } from "../../../events/jobs/job-id.ts";
import { applyWrite, type JobTable, supersedeOlder } from "../../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../../events/jobs/launch-request.ts";
import { accept, type NewJob, newJobOf, watched } from "../../../events/jobs/transitions.ts";
import { jobMessageFor, sequencerAfter } from "../../../events/jobs/upload-event.ts";
import type { BatchTable } from "../batch-table.ts";
import type { Lease } from "../lease.ts";
import type { BatchLog } from "../log.ts";
import type { BatchClock } from "../server-clock.ts";
import type { Upload } from "./object-version.ts";
import type { Remedy } from "./stuck.ts";

export interface DriverOptions {
  readonly jobs: JobTable;
  readonly table: BatchTable;
  readonly sqs: SQSClient;
  readonly jobsQueueUrl: string;
  readonly launchQueueUrl: string;
  readonly taskArn: string;
  readonly clock: BatchClock;
  readonly lease: Pick<Lease, "assertHeld">;
  readonly log: BatchLog;
}

/** One run drives no more than this: what is wrong with more of them is wrong elsewhere. */
export const MAX_DRIVES = 10_000;
/** The same job is not driven again before this, so that runs do not pile up messages. */
const AGAIN_AFTER_MS = 6 * 3_600_000;
/** Marks are of use while their hour may be reported again. */
const KEEP_SECONDS = 60 * 24 * 3_600;

/** Sends what a rule or a function would have sent, for uploads without a job and for jobs that are stuck. */
export class Driver {
  readonly #options: DriverOptions;
  /** Hours of what was driven. */
  readonly touchedHours = new Set<string>();
  #drives = 0;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  get isExhausted(): boolean {
    return this.#drives >= MAX_DRIVES;
  }

  get drives(): number {
    return this.#drives;
  }

  /** Messages in the two queues, seen or not. */
  async backlogs(): Promise<{ jobs: number; launches: number }> {
    const { sqs, jobsQueueUrl, launchQueueUrl } = this.#options;
    const [jobs, launches] = await Promise.all(
      [jobsQueueUrl, launchQueueUrl].map((url) => messagesIn(sqs, url)),
    );
    return { jobs: jobs ?? 0, launches: launches ?? 0 };
  }

  /** An upload without a job. @returns whether it was driven; not when it was a short while ago, or has a job by now */
  async driveLost({ jobId, pipeline, lane, object, size, modifiedAt }: Upload): Promise<boolean> {
    const hour = hourAt(modifiedAt);
    if (await this.#wasDriven(hour, jobId)) return false;
    const sequencer = await this.#sequencerFor(object, pipeline, jobId);
    const job: NewJob = { jobId, pipeline, lane, ...object, etag: object.etag, sequencer, size };
    this.#options.lease.assertHeld();
    if (lane === "pooled") await this.#sendJob(job);
    else if (!(await this.#accept(job))) return false;
    await this.#mark(hour, job, "lost");
    return true;
  }

  async driveStuck(job: JobItem, remedy: Remedy): Promise<boolean> {
    const { jobs, lease } = this.#options;
    lease.assertHeld();
    if (remedy.kind === "watch") {
      const holder = { taskArn: job.taskArn ?? "", attempt: job.attempt };
      return (await applyWrite(jobs, watched(job.jobId, holder, remedy.deadline))).done;
    }
    const hour = hourOf(job.createdAt);
    if (await this.#wasDriven(hour, job.jobId)) return false;
    const newJob = newJobOf(job);
    if (remedy.kind === "message") await this.#sendJob(newJob);
    else await this.#send(this.#options.launchQueueUrl, launchOf(newJob, remedy.attempt));
    await this.#mark(hour, newJob, "stuck");
    return true;
  }

  /** What `launch-upload` does when the event comes, up to its launch. */
  async #accept(job: NewJob): Promise<boolean> {
    const { jobs, clock, launchQueueUrl } = this.#options;
    const now = new Date(clock.now()).toISOString();
    if (!(await applyWrite(jobs, accept(job, now))).done) return false;
    if ((await supersedeOlder(jobs, job, now)) === undefined)
      await this.#send(launchQueueUrl, launchOf(job, 1));
    return true;
  }

  async #sendJob(job: NewJob): Promise<void> {
    const { jobsQueueUrl, taskArn, clock } = this.#options;
    await this.#send(jobsQueueUrl, jobMessageFor(job, { arn: taskArn, reason: "HourlyBatch" }, clock.now()));
  }

  async #send(queueUrl: string, body: unknown): Promise<void> {
    await this.#options.sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }),
    );
  }

  /** A listing knows no sequencers. The newest version of a key comes right after the newest that has a job. */
  async #sequencerFor(object: Upload["object"], pipeline: string, jobId: string): Promise<string> {
    const { client, objectsTable } = this.#options.jobs;
    const { Item } = await client.send(
      new GetCommand({
        TableName: objectsTable,
        Key: { objectId: objectIdOf(object, pipeline) },
        ConsistentRead: true,
      }),
    );
    const known = typeof Item?.sequencer === "string" ? Item.sequencer : undefined;
    return known !== undefined && Item?.jobId === jobId ? known : sequencerAfter(known);
  }

  async #wasDriven(hour: string, jobId: string): Promise<boolean> {
    const { table, clock } = this.#options;
    const mark = await table.get({ pk: drivenPartition(hour), sk: jobId }, drivenItem);
    return mark !== undefined && clock.now() - Date.parse(mark.drivenAt) < AGAIN_AFTER_MS;
  }

  /** After the message: a run that is killed in between sends it once more, which does no harm. */
  async #mark(hour: string, { jobId, pipeline, key }: NewJob, reason: "lost" | "stuck"): Promise<void> {
    const { table, clock, log } = this.#options;
    const now = clock.now();
    await table.put(
      { pk: drivenPartition(hour), sk: jobId },
      {
        reason,
        pipeline,
        key,
        drivenAt: new Date(now).toISOString(),
        expiresAt: Math.floor(now / 1_000) + KEEP_SECONDS,
      },
    );
    this.#drives++;
    this.touchedHours.add(hour);
    log.warn("job.driven", { reason, jobId, pipeline, key, hour });
  }
}

/** From the first capacity provider on, as any launch. */
function launchOf(job: NewJob, attempt: number): LaunchRequest {
  return { kind: "launch", job, attempt, provider: 0, refusals: 0 };
}

async function messagesIn(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, text) => sum + Number(text), 0);
}
