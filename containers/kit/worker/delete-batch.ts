import { DeleteMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** As many as one DeleteMessageBatch takes. */
const BATCH = 10;
const FLUSH_AFTER_MS = 75;

/** Deletes messages in batches: one call for up to ten, none later than 75 ms after it was asked for. */
export class DeleteBatch {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #onError: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param onError is told what was not deleted; such a message comes again and finds its job final */
  constructor(sqs: SQSClient, queueUrl: string, onError: (error: unknown) => void) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
    this.#onError = onError;
  }

  add(receiptHandle: string): void {
    this.#waiting.push(receiptHandle);
    if (this.#waiting.length >= BATCH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS);
  }

  /** Returns when all that was added has been asked of the queue. */
  async drain(): Promise<void> {
    this.#flush();
    await Promise.all(this.#underWay);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const receiptHandles = this.#waiting;
    this.#waiting = [];
    if (receiptHandles.length === 0) return;
    const deletion: Promise<void> = this.#delete(receiptHandles).finally(() =>
      this.#underWay.delete(deletion),
    );
    this.#underWay.add(deletion);
  }

  async #delete(receiptHandles: readonly string[]): Promise<void> {
    try {
      const { Failed } = await this.#sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
      for (const failure of Failed ?? [])
        this.#onError(new Error(`${failure.Code}: ${failure.Message ?? ""}`));
    } catch (error) {
      this.#onError(error);
    }
  }
}
