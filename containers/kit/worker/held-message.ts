import type { Message } from "@aws-sdk/client-sqs";
import type { JobItem } from "../../../events/jobs/job.ts";
import type { Holder } from "../../../events/jobs/transitions.ts";

/** A message that this worker has received and neither deleted nor given back. */
export interface HeldMessage {
  readonly message: Message;
  readonly receiptHandle: string;
  /** By a clock that nobody sets: milliseconds of `performance.now()`. */
  readonly receivedAt: number;
  /** Set while this worker holds the message's job. */
  running?: { readonly jobId: string; readonly holder: Holder; readonly job: JobItem };
}

/** What becomes of a message when its job has been seen to. */
export type Verdict =
  | { readonly next: "delete" }
  /** It shows again on the queue. */
  | { readonly next: "show-again"; readonly afterSeconds: number }
  /** Somebody else has it by now: not ours to touch. */
  | { readonly next: "leave" };
