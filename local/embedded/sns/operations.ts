import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { type Operation, operation } from "../../wire/operation.ts";
import { tagKey } from "../../wire/tag-key.ts";
import type { Fauxqs, MessageAttributes } from "../fauxqs.ts";
import type { DeliveryOptions } from "./delivery.ts";
import { checkMessage, type PublishOptions, publish } from "./publish.ts";
import {
  checkTopicAttributes,
  setSubscriptionAttribute,
  subscribe,
  type Topics,
  topicByArn,
} from "./topics.ts";

/** One call: what SNS works on, and the form as it came, which fauxqs' own actions read. */
export interface SnsCall {
  readonly topics: Topics;
  readonly delivery: DeliveryOptions;
  readonly form: Record<string, string>;
}

const define = operation<SnsCall>();
const text = z.string();
const ofTopic = z.strictObject({ TopicArn: text });
const ofSubscription = z.strictObject({ SubscriptionArn: text });
const ofResource = z.strictObject({ ResourceArn: text });
const page = { NextToken: text.optional() };

/** A map as the query protocol writes it: `Attributes.entry.1.key`. */
const map = z
  .strictObject({ entry: z.array(z.strictObject({ key: text, value: text.default("") })) })
  .transform(({ entry }) => Object.fromEntries(entry.map(({ key, value }) => [key, value])));
const tags = z.array(z.strictObject({ Key: tagKey, Value: text.default("") }));
const messageAttributes = z
  .strictObject({
    entry: z.array(
      z.strictObject({
        Name: text,
        Value: z.strictObject({ DataType: text, StringValue: text.optional(), BinaryValue: text.optional() }),
      }),
    ),
  })
  .transform(
    ({ entry }): MessageAttributes => Object.fromEntries(entry.map(({ Name, Value }) => [Name, Value])),
  );

const message = {
  Message: text,
  Subject: text.optional(),
  MessageStructure: z.literal("json").optional(),
  MessageAttributes: messageAttributes.optional(),
  MessageGroupId: text.optional(),
  MessageDeduplicationId: text.optional(),
};

/** Passes a call on to fauxqs' own action, which answers its whole document. */
function passOn(
  action: keyof Fauxqs["sns"],
  schema: z.ZodType,
  check: (input: Record<string, unknown>) => void = () => {},
): Operation<SnsCall> {
  return define(schema, ({ topics, form }, input) => {
    check(input as Record<string, unknown>);
    return topics.database.transaction(() =>
      topics.fauxqs.sns[action](form, topics.store, topics.queues, { headers: {} }),
    );
  });
}

/** SNS' operations by name: text is a whole answer, anything else the content of the result element. */
export const snsOperations: Readonly<Record<string, Operation<SnsCall>>> = {
  CreateTopic: define(
    z.strictObject({ Name: text, Attributes: map.optional(), Tags: tags.optional() }),
    ({ topics, form }, { Attributes = {} }) => {
      checkTopicAttributes(Attributes);
      return topics.database.transaction(() => {
        const answer = topics.fauxqs.sns.createTopic(form, topics.store, topics.queues, { headers: {} });
        // fauxqs merges new attributes and tags into an existing topic without writing them down.
        for (const topic of topics.store.topics.values()) {
          if (topic.name === form.Name) topics.database.insertTopic(topic);
        }
        return answer;
      });
    },
  ),
  DeleteTopic: passOn("deleteTopic", ofTopic),
  ListTopics: passOn("listTopics", z.strictObject(page)),
  GetTopicAttributes: passOn("getTopicAttributes", ofTopic),
  SetTopicAttributes: passOn(
    "setTopicAttributes",
    ofTopic.extend({ AttributeName: text, AttributeValue: text.optional() }),
    (input) => checkTopicAttributes({ [String(input.AttributeName)]: String(input.AttributeValue ?? "") }),
  ),
  TagResource: passOn("tagResource", ofResource.extend({ Tags: tags })),
  UntagResource: passOn("untagResource", ofResource.extend({ TagKeys: z.array(text) })),
  ListTagsForResource: passOn("listTagsForResource", ofResource),

  Subscribe: define(
    ofTopic.extend({
      Protocol: text,
      Endpoint: text,
      Attributes: map.optional(),
      ReturnSubscriptionArn: text.optional(),
    }),
    ({ topics }, { TopicArn, Protocol, Endpoint, Attributes = {} }) => ({
      SubscriptionArn: subscribe(topics, TopicArn, Protocol, Endpoint, Attributes).arn,
    }),
  ),
  Unsubscribe: passOn("unsubscribe", ofSubscription),
  ListSubscriptions: passOn("listSubscriptions", z.strictObject(page)),
  ListSubscriptionsByTopic: define(ofTopic.extend(page), ({ topics, form }, { TopicArn }) => {
    topicByArn(topics, TopicArn);
    return topics.fauxqs.sns.listSubscriptionsByTopic(form, topics.store, topics.queues, {});
  }),
  GetSubscriptionAttributes: passOn("getSubscriptionAttributes", ofSubscription),
  SetSubscriptionAttributes: define(
    ofSubscription.extend({ AttributeName: text, AttributeValue: text.default("") }),
    ({ topics }, { SubscriptionArn, AttributeName, AttributeValue }) =>
      setSubscriptionAttribute(topics, SubscriptionArn, AttributeName, AttributeValue),
  ),

  Publish: define(
    z.strictObject({ ...message, TopicArn: text.optional(), TargetArn: text.optional() }),
    async ({ topics, delivery }, { TopicArn, TargetArn, ...input }) => {
      const topicArn = TopicArn ?? TargetArn;
      if (topicArn === undefined) {
        throw new AwsError("InvalidParameter", "Invalid parameter: TopicArn or TargetArn Reason: no value");
      }
      const { messageId } = await publish(topics, delivery, topicArn, toPublish(input));
      return { MessageId: messageId };
    },
  ),
  PublishBatch: define(
    ofTopic.extend({ PublishBatchRequestEntries: z.array(z.strictObject({ ...message, Id: text })) }),
    async ({ topics, delivery }, { TopicArn, PublishBatchRequestEntries: entries }) => {
      topicByArn(topics, TopicArn);
      checkBatch(entries.map(({ Id }) => Id));
      const Successful: object[] = [];
      const Failed: object[] = [];
      for (const { Id, ...entry } of entries) {
        try {
          checkMessage(topics, TopicArn, toPublish(entry));
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
          continue;
        }
        const { messageId } = await publish(topics, delivery, TopicArn, toPublish(entry));
        Successful.push({ Id, MessageId: messageId });
      }
      return { Successful, Failed };
    },
  ),
};

type Message = z.output<z.ZodObject<typeof message>>;

function toPublish(input: Message): PublishOptions {
  return {
    message: input.Message,
    subject: input.Subject,
    messageAttributes: input.MessageAttributes,
    messageStructure: input.MessageStructure,
    groupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
  };
}

function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0) {
    throw new AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  }
  if (ids.length > 10) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      "The batch request contains more entries than permissible.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  }
}
