import { arn, type Realm } from "../../wire/realm.ts";
import { passRoles } from "./pass-role.ts";
import { type ActionMapping, type ActionMappings, on, tagContext, tagsOf } from "./requirement.ts";

const SERVICE = "events.amazonaws.com";

/** A bus may be named by its ARN; none is the default one. */
const busName = (bus: string | undefined) => (bus ?? "default").split("event-bus/").at(-1) ?? "default";
const busArn = (realm: Realm, bus: string | undefined) => arn(realm, "events", `event-bus/${busName(bus)}`);
function ruleArn(realm: Realm, rule: string, bus: string | undefined): string {
  const name = busName(bus);
  return arn(realm, "events", name === "default" ? `rule/${rule}` : `rule/${name}/${rule}`);
}

const onRule =
  (action: string): ActionMapping =>
  ({ Name, Rule, EventBusName }, { realm }) =>
    on(`events:${action}`, ruleArn(realm, Name ?? Rule, EventBusName));
const onBus =
  (action: string): ActionMapping =>
  ({ Name }, { realm }) =>
    on(`events:${action}`, busArn(realm, Name));
const onNothing =
  (action: string): ActionMapping =>
  () =>
    on(`events:${action}`, "*");

/** The texts that a pattern wants of a field, where it lists nothing but texts. */
function wanted(pattern: string | undefined, field: string): readonly string[] | undefined {
  try {
    const values: unknown = JSON.parse(pattern ?? "{}")[field];
    return Array.isArray(values) && values.every((value) => typeof value === "string") ? values : undefined;
  } catch {
    return undefined;
  }
}

interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export const eventsActions: ActionMappings = {
  CreateEventBus: ({ Name, Tags }, { realm }) => [
    ...on("events:CreateEventBus", busArn(realm, Name), tagContext(tagsOf(Tags))),
    ...(Tags?.length > 0 ? on("events:TagResource", busArn(realm, Name), tagContext(tagsOf(Tags))) : []),
  ],
  DeleteEventBus: onBus("DeleteEventBus"),
  DeleteRule: onRule("DeleteRule"),
  DescribeEventBus: onBus("DescribeEventBus"),
  DescribeRule: onRule("DescribeRule"),
  DisableRule: onRule("DisableRule"),
  EnableRule: onRule("EnableRule"),
  ListEventBuses: onNothing("ListEventBuses"),
  ListRuleNamesByTarget: onNothing("ListRuleNamesByTarget"),
  ListRules: onNothing("ListRules"),
  ListTagsForResource: ({ ResourceARN }) => on("events:ListTagsForResource", ResourceARN),
  ListTargetsByRule: onRule("ListTargetsByRule"),
  // Each entry is asked about, for its bus, source and detail type; entries alike are one question.
  PutEvents: ({ Entries }, { realm }) => {
    const distinct = new Map<string, Entry>(
      Entries.map((entry: Entry) => [
        JSON.stringify([entry.EventBusName, entry.Source, entry.DetailType]),
        entry,
      ]),
    );
    return [...distinct.values()].flatMap(({ EventBusName, Source, DetailType }) =>
      on("events:PutEvents", busArn(realm, EventBusName), {
        "events:source": Source,
        "events:detail-type": DetailType,
      }),
    );
  },
  PutRule: ({ Name, EventBusName, RoleArn, EventPattern, Tags }, { realm }) => [
    ...on("events:PutRule", ruleArn(realm, Name, EventBusName), {
      "events:source": wanted(EventPattern, "source"),
      "events:detail-type": wanted(EventPattern, "detail-type"),
      ...tagContext(tagsOf(Tags)),
    }),
    ...passRoles([RoleArn], SERVICE),
    ...(Tags?.length > 0
      ? on("events:TagResource", ruleArn(realm, Name, EventBusName), tagContext(tagsOf(Tags)))
      : []),
  ],
  PutTargets: ({ Rule, EventBusName, Targets }, { realm }) => [
    ...on("events:PutTargets", ruleArn(realm, Rule, EventBusName), {
      "events:TargetArn": Targets.map(({ Arn }: { Arn: string }) => Arn),
    }),
    ...passRoles(
      Targets.map(({ RoleArn }: { RoleArn?: string }) => RoleArn),
      SERVICE,
    ),
  ],
  RemoveTargets: onRule("RemoveTargets"),
  TagResource: ({ ResourceARN, Tags }) => on("events:TagResource", ResourceARN, tagContext(tagsOf(Tags))),
  TestEventPattern: onNothing("TestEventPattern"),
  UntagResource: ({ ResourceARN, TagKeys }) =>
    on("events:UntagResource", ResourceARN, { "aws:TagKeys": TagKeys }),
};
