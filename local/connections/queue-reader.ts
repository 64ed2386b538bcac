import type { Messaging, ReceivedMessage } from "../embedded/messaging.ts";
import type { QueueReader } from "../lambda/ports.ts";
import type { SqsRecord } from "../lambda/sqs-event.ts";

/** The embedded queues as event source mappings read them. */
export function queueReader(messaging: Messaging): QueueReader {
  return {
    async receive(queueArn, max, waitSeconds, signal) {
      const options = { max, waitSeconds, messageAttributeNames: ["All"], systemAttributeNames: ["All"] };
      return (await messaging.receive(queueArn, options, signal)).map(toRecord);
    },
    async delete(queueArn, receiptHandles) {
      messaging.delete(queueArn, receiptHandles);
    },
    async release(queueArn, receiptHandles) {
      for (const receiptHandle of receiptHandles) messaging.changeVisibility(queueArn, receiptHandle, 0);
    },
  };
}

function toRecord(message: ReceivedMessage): SqsRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
    name,
    {
      dataType: attribute.DataType,
      ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
      ...(attribute.BinaryValue !== undefined && { binaryValue: attribute.BinaryValue }),
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
  };
}
