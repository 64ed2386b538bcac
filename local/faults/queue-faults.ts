import type { Arsenal } from "./arsenal.ts";

/** A message that a receiver was just given. */
export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
}

/** Ends a message's visibility timeout. @throws when it is no longer in flight */
export type ShowAgain = (queueArn: string, receiptHandle: string) => void;

/** Shows received messages again while their first receiver still has them, as SQS may at any time. */
export class QueueFaults {
  readonly #arsenal: Arsenal;
  readonly #showAgain: ShowAgain;
  readonly #cancel = new Set<() => void>();

  constructor(arsenal: Arsenal, showAgain: ShowAgain) {
    this.#arsenal = arsenal;
    this.#showAgain = showAgain;
  }

  onReceived(queueArn: string, messages: readonly Received[]): void {
    if (!this.#arsenal.has("message-redelivery")) return;
    for (const { MessageId: messageId, ReceiptHandle: receiptHandle } of messages) {
      const chosen = this.#arsenal.choose(
        "message-redelivery",
        ({ queue }) => queue === undefined || queueArn.endsWith(queue),
      );
      if (!chosen) continue;
      const cancel = this.#arsenal.clock.schedule(chosen.fault.delaySeconds * 1000, () => {
        this.#cancel.delete(cancel);
        try {
          this.#showAgain(queueArn, receiptHandle);
        } catch {
          // Deleted meanwhile: there is nothing to show again.
          return;
        }
        this.#arsenal.record(chosen, queueArn, { messageId });
      });
      this.#cancel.add(cancel);
    }
  }

  stop(): void {
    for (const cancel of this.#cancel) cancel();
    this.#cancel.clear();
  }
}
