import { arn, type Realm } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on, tagContext } from "./requirement.ts";

/** The queue of a URL is its last part, whatever comes before it. */
function queueArn(realm: Realm, url: string): string {
  return arn(realm, "sqs", url.slice(url.lastIndexOf("/") + 1));
}

const onQueue =
  (action: string): ActionMapping =>
  ({ QueueUrl }, { realm }) =>
    on(`sqs:${action}`, queueArn(realm, QueueUrl));

/**
 * Batches need the action of their single call.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export const sqsActions: ActionMappings = {
  CancelMessageMoveTask: ({ TaskHandle }) => on("sqs:CancelMessageMoveTask", sourceOfTask(TaskHandle)),
  ChangeMessageVisibility: onQueue("ChangeMessageVisibility"),
  ChangeMessageVisibilityBatch: onQueue("ChangeMessageVisibility"),
  CreateQueue: ({ QueueName, tags = {} }, { realm }) => {
    const queue = arn(realm, "sqs", QueueName);
    return [
      ...on("sqs:CreateQueue", queue, tagContext(tags)),
      ...(Object.keys(tags).length > 0 ? on("sqs:TagQueue", queue, tagContext(tags)) : []),
    ];
  },
  DeleteMessage: onQueue("DeleteMessage"),
  DeleteMessageBatch: onQueue("DeleteMessage"),
  DeleteQueue: onQueue("DeleteQueue"),
  GetQueueAttributes: onQueue("GetQueueAttributes"),
  GetQueueUrl: ({ QueueName }, { realm }) => on("sqs:GetQueueUrl", arn(realm, "sqs", QueueName)),
  ListDeadLetterSourceQueues: onQueue("ListDeadLetterSourceQueues"),
  ListMessageMoveTasks: ({ SourceArn }) => on("sqs:ListMessageMoveTasks", SourceArn),
  ListQueueTags: onQueue("ListQueueTags"),
  ListQueues: () => on("sqs:ListQueues", "*"),
  PurgeQueue: onQueue("PurgeQueue"),
  ReceiveMessage: onQueue("ReceiveMessage"),
  SendMessage: onQueue("SendMessage"),
  SendMessageBatch: onQueue("SendMessage"),
  SetQueueAttributes: onQueue("SetQueueAttributes"),
  // The caller moves the messages with its own permissions. (SQS developer guide, DLQ redrive permissions)
  StartMessageMoveTask: ({ SourceArn, DestinationArn }, facts) => {
    const source = ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];
    const targets = DestinationArn === undefined ? facts.sourceQueueArns(SourceArn) : [DestinationArn];
    return [
      ...source.flatMap((action) => on(`sqs:${action}`, SourceArn)),
      ...targets.flatMap((target: string) => on("sqs:SendMessage", target)),
    ];
  },
  TagQueue: ({ QueueUrl, Tags }, { realm }) =>
    on("sqs:TagQueue", queueArn(realm, QueueUrl), tagContext(Tags)),
  UntagQueue: ({ QueueUrl, TagKeys }, { realm }) =>
    on("sqs:UntagQueue", queueArn(realm, QueueUrl), { "aws:TagKeys": TagKeys }),
};

/** A move task's handle says which queue it empties; one that says nothing is nobody's. */
function sourceOfTask(handle: string): string {
  try {
    const { sourceArn } = JSON.parse(Buffer.from(handle, "base64").toString("utf8"));
    return typeof sourceArn === "string" ? sourceArn : "*";
  } catch {
    return "*";
  }
}
