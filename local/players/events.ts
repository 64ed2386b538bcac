import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { EventBridge } from "../eventbridge/eventbridge.ts";
import { targetSchema } from "../eventbridge/target.ts";
import { readProperties, tagList } from "./properties.ts";

const ruleProperties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().optional(),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]).optional(),
  RoleArn: z.string().optional(),
  Targets: z.array(z.record(z.string(), z.unknown())).default([]),
  Tags: tagList.optional(),
});

/** `AWS::Events::Rule`, with exactly the targets that the template names. */
export function rulePlayer(eventBridge: EventBridge): ResourcePlayer {
  return {
    async play(resource) {
      const { Name, Targets, EventPattern, ...rule } = readProperties(resource, ruleProperties);
      const name = Name ?? resource.physicalName();
      const bus = rule.EventBusName === undefined ? {} : { EventBusName: rule.EventBusName };
      const { RuleArn } = eventBridge.putRule({
        Name: name,
        ...rule,
        ...(EventPattern && { EventPattern: JSON.stringify(EventPattern) }),
      });
      const targets = Targets.map((target) => targetSchema.parse(apiTarget(target)));
      const wanted = new Set(targets.map(({ Id }) => Id));
      const surplus = eventBridge
        .listTargets({ Rule: name, ...bus })
        .map(({ Id }) => Id)
        .filter((id) => !wanted.has(id));
      if (surplus.length > 0) eventBridge.removeTargets({ Rule: name, Ids: surplus, ...bus });
      if (targets.length > 0) eventBridge.putTargets({ Rule: name, Targets: targets, ...bus });
      return { ref: name, attributes: { Arn: RuleArn } };
    },
    async remove({ ref, properties }) {
      const bus =
        typeof properties.EventBusName === "string" ? { EventBusName: properties.EventBusName } : {};
      const ids = eventBridge.listTargets({ Rule: ref, ...bus }).map(({ Id }) => Id);
      if (ids.length > 0) eventBridge.removeTargets({ Rule: ref, Ids: ids, ...bus });
      eventBridge.deleteRule({ Name: ref, ...bus });
    },
  };
}

/** CloudFormation and the API disagree on a few names inside EcsParameters. */
function apiTarget(target: Readonly<Record<string, unknown>>): unknown {
  const ecs = z.looseObject({}).optional().parse(target.EcsParameters);
  if (!ecs) return target;
  const { TaskDefinitionArn, NetworkConfiguration, CapacityProviderStrategy, TagList, ...rest } = ecs;
  const network = z.looseObject({ AwsVpcConfiguration: z.unknown() }).optional().parse(NetworkConfiguration);
  const strategy = z.array(z.record(z.string(), z.unknown())).optional().parse(CapacityProviderStrategy);
  return {
    ...target,
    EcsParameters: {
      TaskDefinitionArn,
      ...rest,
      ...(network && { NetworkConfiguration: { awsvpcConfiguration: network.AwsVpcConfiguration } }),
      ...(strategy && { CapacityProviderStrategy: strategy.map(lowerFirst) }),
      ...(TagList === undefined ? {} : { Tags: TagList }),
    },
  };
}

function lowerFirst(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );
}
