import { AwsError, NotPlayedError } from "../../wire/aws-error.ts";
import { arn, type Realm } from "../../wire/realm.ts";
import type { Fauxqs, QueueStore, Subscription, Topic, TopicStore } from "../fauxqs.ts";
import type { MessagingDatabase } from "../messaging-database.ts";
import { checkFilterPolicy } from "./filter-policy.ts";

/** What every SNS operation works on. */
export interface Topics {
  readonly realm: Realm;
  readonly fauxqs: Fauxqs;
  readonly store: TopicStore;
  readonly queues: QueueStore;
  readonly database: MessagingDatabase;
}

type Attributes = Readonly<Record<string, string>>;

const TOPIC_ATTRIBUTES = new Set([
  "DisplayName",
  "Policy",
  "FifoTopic",
  "ContentBasedDeduplication",
  "KmsMasterKeyId",
]);
/** Attributes that SNS has and that would change nothing here; delivery over HTTP is not played. */
const TOPIC_ATTRIBUTES_NOT_PLAYED = new Set([
  "ArchivePolicy",
  "BeginningArchiveTime",
  "DataProtectionPolicy",
  "DeliveryPolicy",
  "FifoThroughputScope",
  "SignatureVersion",
  "TracingConfig",
]);
const SUBSCRIPTION_ATTRIBUTES = new Set([
  "RawMessageDelivery",
  "FilterPolicy",
  "FilterPolicyScope",
  "RedrivePolicy",
]);

/** Protocols that are delivered, with what their endpoint looks like. */
const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  sqs: /^arn:aws:sqs:[a-z0-9-]+:\d{12}:.+$/,
  lambda: /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:.+$/,
  email: /^[^@\s]+@[^@\s]+$/,
  "email-json": /^[^@\s]+@[^@\s]+$/,
};

/** @throws AwsError NotFound */
export function topicByArn({ store }: Topics, topicArn: string): Topic {
  const topic = store.getTopic(topicArn);
  if (!topic) throw new AwsError("NotFound", "Topic does not exist", { statusCode: 404 });
  return topic;
}

/** @throws AwsError InvalidParameter @throws NotPlayedError */
export function checkTopicAttributes(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (TOPIC_ATTRIBUTES.has(name)) continue;
    if (!TOPIC_ATTRIBUTES_NOT_PLAYED.has(name)) {
      throw new AwsError(
        "InvalidParameter",
        `Invalid parameter: Attributes Reason: Unknown attribute ${name}`,
      );
    }
    if (value !== "") throw new NotPlayedError(`sns topic attribute ${name}`);
  }
}

/** Makes a template's topic, or gives an existing one exactly these attributes and tags. */
export function ensureTopic(
  topics: Topics,
  name: string,
  attributes: Attributes,
  tags: Readonly<Record<string, string>>,
): Topic {
  checkTopicAttributes(attributes);
  const given = { ...attributes, ...(name.endsWith(".fifo") && { FifoTopic: "true" }) };
  const existing = topics.store.getTopic(arn(topics.realm, "sns", name));
  if (!existing) return topics.store.createTopic(name, given, { ...tags }, topics.realm.region);
  // The policy is another resource's (AWS::SNS::TopicPolicy), which sets it again or takes it away itself.
  const { Policy } = existing.attributes;
  existing.attributes = { ...(Policy !== undefined && { Policy }), ...given };
  existing.tags = new Map(Object.entries(tags));
  topics.database.insertTopic(existing);
  return existing;
}

/**
 * Subscribes, confirmed at once: nobody here can click on a link in a mail. fauxqs takes every protocol and
 * delivers one; the others would wait for a confirmation for ever.
 * @throws AwsError InvalidParameter @throws NotPlayedError
 */
export function subscribe(
  topics: Topics,
  topicArn: string,
  protocol: string,
  endpoint: string,
  attributes: Attributes,
): Subscription {
  topicByArn(topics, topicArn);
  const shape = ENDPOINTS[protocol];
  if (!shape) throw new NotPlayedError(`sns Subscribe: Protocol ${protocol}`);
  if (!shape.test(endpoint)) {
    throw new AwsError("InvalidParameter", `Invalid parameter: ${protocol} endpoint: ${endpoint}`);
  }
  checkSubscriptionAttributes(topics, protocol, attributes);
  const subscription = topics.store.subscribe(topicArn, protocol, endpoint, { ...attributes });
  if (!subscription) throw new AwsError("NotFound", "Topic does not exist", { statusCode: 404 });
  subscription.confirmed = true;
  topics.database.insertSubscription(subscription);
  return subscription;
}

/** Makes a template's subscription, or gives an existing one exactly these attributes. */
export function ensureSubscription(
  topics: Topics,
  topicArn: string,
  protocol: string,
  endpoint: string,
  attributes: Attributes,
): Subscription {
  const existing = topicByArn(topics, topicArn)
    .subscriptionArns.map((subscriptionArn) => topics.store.getSubscription(subscriptionArn))
    .find((candidate) => candidate?.protocol === protocol && candidate.endpoint === endpoint);
  if (!existing) return subscribe(topics, topicArn, protocol, endpoint, attributes);
  checkSubscriptionAttributes(topics, protocol, attributes);
  existing.attributes = { ...attributes };
  existing.parsedFilterPolicy = undefined;
  topics.database.insertSubscription(existing);
  return existing;
}

export function setSubscriptionAttribute(
  topics: Topics,
  subscriptionArn: string,
  name: string,
  value: string,
) {
  const subscription = topics.store.getSubscription(subscriptionArn);
  if (!subscription) throw new AwsError("NotFound", "Subscription does not exist", { statusCode: 404 });
  const { [name]: _before, ...rest } = subscription.attributes;
  const attributes = value === "" ? rest : { ...rest, [name]: value };
  checkSubscriptionAttributes(topics, subscription.protocol, { ...attributes, [name]: value });
  subscription.attributes = attributes;
  subscription.parsedFilterPolicy = undefined;
  topics.database.updateSubscriptionAttributes(subscriptionArn, attributes);
}

function checkSubscriptionAttributes(topics: Topics, protocol: string, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SUBSCRIPTION_ATTRIBUTES.has(name)) throw new NotPlayedError(`sns subscription attribute ${name}`);
    if (name === "RawMessageDelivery" && value === "true" && protocol !== "sqs") {
      throw new AwsError(
        "InvalidParameter",
        `Invalid parameter: RawMessageDelivery Reason: not supported for protocol ${protocol}`,
      );
    }
  }
  const { FilterPolicy, FilterPolicyScope = "MessageAttributes" } = attributes;
  if (!["MessageAttributes", "MessageBody"].includes(FilterPolicyScope)) {
    throw new AwsError("InvalidParameter", `Invalid parameter: FilterPolicyScope: ${FilterPolicyScope}`);
  }
  if (FilterPolicy) checkFilterPolicy(topics.fauxqs, FilterPolicy);
}
