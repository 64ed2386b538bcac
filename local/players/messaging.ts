import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { Messaging } from "../embedded/messaging.ts";
import { readProperties, tagList, tagsOf } from "./properties.ts";

const queueProperties = z.looseObject({ QueueName: z.string().optional(), Tags: tagList.optional() });

/** `AWS::SQS::Queue`; the properties left over are the attributes of CreateQueue, by the same names. */
export function queuePlayer(messaging: Messaging): ResourcePlayer {
  return {
    async play(resource) {
      const { QueueName, Tags, ...attributes } = readProperties(resource, queueProperties);
      const suffix = String(attributes.FifoQueue) === "true" ? ".fifo" : "";
      const name = QueueName ?? resource.physicalName({ suffix });
      const { url, arn } = messaging.createQueue(name, attributes, tagsOf(Tags));
      return { ref: url, identity: arn, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
    async remove({ attributes }) {
      messaging.deleteQueue(String(attributes.Arn));
    },
  };
}

const queuePolicyProperties = z.strictObject({
  Queues: z.array(z.string()),
  PolicyDocument: z.record(z.string(), z.unknown()),
});

/** `AWS::SQS::QueuePolicy`; queues are named by URL. */
export function queuePolicyPlayer(messaging: Messaging): ResourcePlayer {
  return {
    async play(resource) {
      const { Queues, PolicyDocument } = readProperties(resource, queuePolicyProperties);
      for (const url of Queues) messaging.setQueuePolicy(url, JSON.stringify(PolicyDocument));
      return { ref: resource.physicalName(), attributes: {} };
    },
    async remove({ properties }) {
      const { Queues } = queuePolicyProperties.parse(properties);
      for (const url of Queues) messaging.setQueuePolicy(url, "");
    },
  };
}

const topicProperties = z.looseObject({
  TopicName: z.string().optional(),
  Subscription: z.array(z.strictObject({ Protocol: z.string(), Endpoint: z.string() })).optional(),
  Tags: tagList.optional(),
});

/** `AWS::SNS::Topic`; the properties left over are the attributes of CreateTopic, by the same names. */
export function topicPlayer(messaging: Messaging): ResourcePlayer {
  return {
    async play(resource) {
      const { TopicName, Subscription, Tags, ...attributes } = readProperties(resource, topicProperties);
      const suffix = String(attributes.FifoTopic) === "true" ? ".fifo" : "";
      const name = TopicName ?? resource.physicalName({ suffix });
      const { arn } = messaging.createTopic(name, attributes, tagsOf(Tags));
      for (const { Protocol, Endpoint } of Subscription ?? []) messaging.subscribe(arn, Protocol, Endpoint);
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    async remove({ ref }) {
      messaging.deleteTopic(ref);
    },
  };
}

const topicPolicyProperties = z.strictObject({
  Topics: z.array(z.string()),
  PolicyDocument: z.record(z.string(), z.unknown()),
});

/** `AWS::SNS::TopicPolicy`. */
export function topicPolicyPlayer(messaging: Messaging): ResourcePlayer {
  return {
    async play(resource) {
      const { Topics, PolicyDocument } = readProperties(resource, topicPolicyProperties);
      for (const arn of Topics) messaging.setTopicPolicy(arn, JSON.stringify(PolicyDocument));
      return { ref: resource.physicalName(), attributes: {} };
    },
    async remove({ properties }) {
      const { Topics } = topicPolicyProperties.parse(properties);
      for (const arn of Topics) messaging.setTopicPolicy(arn, undefined);
    },
  };
}

const subscriptionProperties = z.looseObject({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
});

/** `AWS::SNS::Subscription`. */
export function subscriptionPlayer(messaging: Messaging): ResourcePlayer {
  return {
    async play(resource) {
      const { TopicArn, Protocol, Endpoint, ...attributes } = readProperties(
        resource,
        subscriptionProperties,
      );
      const { arn } = messaging.subscribe(TopicArn, Protocol, Endpoint, attributes);
      return { ref: arn, attributes: { Arn: arn } };
    },
    async remove({ ref }) {
      messaging.unsubscribe(ref);
    },
  };
}
