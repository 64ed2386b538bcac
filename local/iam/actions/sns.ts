import { arn } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on, tagContext, tagsOf } from "./requirement.ts";

const onTopic =
  (action: string): ActionMapping =>
  ({ TopicArn }) =>
    on(`sns:${action}`, TopicArn);

const onResource =
  (action: string): ActionMapping =>
  ({ ResourceArn }) =>
    on(`sns:${action}`, ResourceArn);

/** A subscription has no ARN of its own in policies: its topic stands for it. */
const onSubscription =
  (action: string): ActionMapping =>
  ({ SubscriptionArn }) =>
    on(`sns:${action}`, SubscriptionArn.split(":").slice(0, 6).join(":"));

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export const snsActions: ActionMappings = {
  CreateTopic: ({ Name, Tags }, { realm }) => {
    const topic = arn(realm, "sns", Name);
    const tags = tagContext(tagsOf(Tags));
    return [
      ...on("sns:CreateTopic", topic, tags),
      ...(Tags?.length > 0 ? on("sns:TagResource", topic, tags) : []),
    ];
  },
  DeleteTopic: onTopic("DeleteTopic"),
  GetSubscriptionAttributes: onSubscription("GetSubscriptionAttributes"),
  GetTopicAttributes: onTopic("GetTopicAttributes"),
  ListSubscriptions: () => on("sns:ListSubscriptions", "*"),
  ListSubscriptionsByTopic: onTopic("ListSubscriptionsByTopic"),
  ListTagsForResource: onResource("ListTagsForResource"),
  ListTopics: () => on("sns:ListTopics", "*"),
  Publish: ({ TopicArn, TargetArn }) => on("sns:Publish", TopicArn ?? TargetArn ?? "*"),
  PublishBatch: onTopic("Publish"),
  SetSubscriptionAttributes: onSubscription("SetSubscriptionAttributes"),
  SetTopicAttributes: onTopic("SetTopicAttributes"),
  Subscribe: ({ TopicArn, Protocol, Endpoint }) =>
    on("sns:Subscribe", TopicArn, { "sns:Protocol": Protocol, "sns:Endpoint": Endpoint }),
  TagResource: ({ ResourceArn, Tags }) => on("sns:TagResource", ResourceArn, tagContext(tagsOf(Tags))),
  UntagResource: ({ ResourceArn, TagKeys }) =>
    on("sns:UntagResource", ResourceArn, { "aws:TagKeys": TagKeys }),
  Unsubscribe: onSubscription("Unsubscribe"),
};
