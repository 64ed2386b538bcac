import { createHash } from "node:crypto";
import type { JobMessage } from "./job-message.ts";
import type { NewJob } from "./transitions.ts";

/** Who sends an event in S3's place. */
export interface EventSender {
  /** Any ARN of the deployment, for the account and the region. */
  readonly arn: string;
  /** What the event gives as its reason, where S3 names the operation. */
  readonly reason: string;
}

/**
 * The message that a rule would have sent for an object: the event that S3 would have put on the bus.
 * @param now in milliseconds since the epoch
 */
export function jobMessageFor(job: NewJob, { arn, reason }: EventSender, now: number): JobMessage {
  const [, partition = "aws", , region = "", account = ""] = arn.split(":");
  return {
    pipeline: job.pipeline,
    event: {
      version: "0",
      id: uuidFrom(`${job.jobId} ${now}`),
      "detail-type": "Object Created",
      source: "aws.s3",
      account,
      time: new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
      region,
      resources: [`arn:${partition}:s3:::${job.bucket}`],
      detail: {
        version: "0",
        bucket: { name: job.bucket },
        object: {
          key: job.key,
          size: job.size,
          etag: job.etag,
          ...(job.versionId === undefined ? {} : { "version-id": job.versionId }),
          sequencer: job.sequencer,
        },
        reason,
      },
    },
  };
}

/** In the digits of `orderableSequencer`: later than a known version of the key, earlier than any that S3 will make. */
export function sequencerAfter(known: string | undefined): string {
  if (known === undefined) return "1".padStart(64, "0");
  const last = Number.parseInt(known.at(-1) ?? "0", 16);
  return (
    known.slice(0, -1) +
    Math.min(15, last + 1)
      .toString(16)
      .toUpperCase()
  );
}

function uuidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
