import { createHash } from "node:crypto";

/** A message as functions get it; attributes as SQS returns them, all asked for. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsMessageAttribute>>;
  /** Computed from the body when not given. */
  readonly md5OfBody?: string;
  readonly md5OfMessageAttributes?: string;
}

export interface SqsMessageAttribute {
  readonly dataType: string;
  readonly stringValue?: string;
  /** Base64. */
  readonly binaryValue?: string;
}

/** What an invocation's payload may hold. */
export const MAX_EVENT_BYTES = 6_291_456;

/**
 * The event that a function gets for a batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function sqsEvent(records: readonly SqsRecord[], queueArn: string, region: string): string {
  return `{"Records":[${records.map((record) => eventRecord(record, queueArn, region)).join(",")}]}`;
}

function eventRecord(record: SqsRecord, queueArn: string, region: string): string {
  const messageAttributes = Object.fromEntries(
    Object.entries(record.messageAttributes).map(([name, attribute]) => [
      name,
      { ...attribute, stringListValues: [], binaryListValues: [] },
    ]),
  );
  return JSON.stringify({
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    body: record.body,
    attributes: record.attributes,
    messageAttributes,
    ...(record.md5OfMessageAttributes && { md5OfMessageAttributes: record.md5OfMessageAttributes }),
    md5OfBody: record.md5OfBody ?? createHash("md5").update(record.body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  });
}

/** Splits a batch so that each part's event fits into one invocation. */
export function splitBatch(
  records: readonly SqsRecord[],
  queueArn: string,
  region: string,
  limitBytes: number = MAX_EVENT_BYTES,
): SqsRecord[][] {
  const envelope = Buffer.byteLength(sqsEvent([], queueArn, region));
  const parts: SqsRecord[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const bytes = Buffer.byteLength(eventRecord(record, queueArn, region)) + 1;
    if (size + bytes > limitBytes) {
      parts.push([]);
      size = envelope;
    }
    parts.at(-1)?.push(record);
    size += bytes;
  }
  return parts;
}

/**
 * The messages of a batch that the function's answer does not report as failed. An answer that breaks the
 * contract fails the whole batch.
 *
 * @param payload the function's answer, JSON text
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function succeededRecords(records: readonly SqsRecord[], payload: string): readonly SqsRecord[] {
  const answer = JSON.parse(payload) as unknown;
  if (answer === null || answer === "") return records;
  if (typeof answer !== "object") return [];
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return records;
  if (!Array.isArray(failures)) return [];
  const failed = new Set(failures.map((one) => (one as { itemIdentifier?: unknown } | null)?.itemIdentifier));
  const known = new Set<unknown>(records.map(({ messageId }) => messageId));
  if (!failed.isSubsetOf(known)) return [];
  return records.filter(({ messageId }) => !failed.has(messageId));
}
