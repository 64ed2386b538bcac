/** Longer than any sequencer that S3 has been seen to send. */
const WIDTH = 64;

/**
 * A sequencer in a form that text comparison orders, for conditions in DynamoDB.
 * S3 orders the events of one key by the sequencer, the shorter one right-padded with zeros.
 * Source: Amazon S3 user guide, "Event message structure".
 */
export function orderableSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(WIDTH, "0");
}
