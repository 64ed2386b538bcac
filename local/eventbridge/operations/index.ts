import { CreateEventBus, DeleteEventBus, DescribeEventBus, ListEventBuses } from "./buses.ts";
import { PutEvents, TestEventPattern } from "./events.ts";
import { DeleteRule, DescribeRule, DisableRule, EnableRule, ListRules, PutRule } from "./rules.ts";
import { ListTagsForResource, TagResource, UntagResource } from "./tags.ts";
import { ListRuleNamesByTarget, ListTargetsByRule, PutTargets, RemoveTargets } from "./targets.ts";

/** Every operation of EventBridge that is played. */
export const operations = {
  CreateEventBus,
  DeleteEventBus,
  DeleteRule,
  DescribeEventBus,
  DescribeRule,
  DisableRule,
  EnableRule,
  ListEventBuses,
  ListRuleNamesByTarget,
  ListRules,
  ListTagsForResource,
  ListTargetsByRule,
  PutEvents,
  PutRule,
  PutTargets,
  RemoveTargets,
  TagResource,
  TestEventPattern,
  UntagResource,
};
