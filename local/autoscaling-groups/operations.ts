import { z } from "zod";
import { AwsError } from "../wire/aws-error.ts";
import { type Operation, operation } from "../wire/operation.ts";
import type { AutoScalingGroups, GroupDescription } from "./groups.ts";

const define = operation<AutoScalingGroups>();
const count = z.coerce.number().int().min(0);
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const paging = {
  MaxRecords: z.coerce.number().int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
};

/** What of EC2 Auto Scaling's API is played: what looks at groups and moves them; the template alone makes them. */
export const operations: Readonly<Record<string, Operation<AutoScalingGroups>>> = {
  DescribeAutoScalingGroups: define(
    z.strictObject({ AutoScalingGroupNames: z.array(z.string()).optional(), ...paging }),
    (groups, { AutoScalingGroupNames: names, ...page }) => {
      const chosen = groups.list().filter(({ name }) => names === undefined || names.includes(name));
      const { items, NextToken } = paged(chosen, page);
      return { AutoScalingGroups: items.map(renderGroup), NextToken };
    },
  ),
  DescribeAutoScalingInstances: define(
    z.strictObject({ InstanceIds: z.array(z.string()).optional(), ...paging }),
    (groups, { InstanceIds: ids, ...page }) => {
      const instances = groups
        .list()
        .flatMap((group) =>
          group.instances.map((instance) => ({
            AutoScalingGroupName: group.name,
            ...renderInstance(group, instance),
          })),
        )
        .filter(({ InstanceId }) => ids === undefined || ids.includes(InstanceId));
      const { items, NextToken } = paged(instances, page);
      return { AutoScalingInstances: items, NextToken };
    },
  ),
  SetDesiredCapacity: define(
    z.strictObject({
      AutoScalingGroupName: z.string(),
      DesiredCapacity: count,
      /** There are no cooldowns here to be honored. */
      HonorCooldown: z.literal("false").optional(),
    }),
    (groups, { AutoScalingGroupName, DesiredCapacity }) =>
      groups.setDesiredCapacity(AutoScalingGroupName, DesiredCapacity),
  ),
  UpdateAutoScalingGroup: define(
    z.strictObject({
      AutoScalingGroupName: z.string(),
      MinSize: count.optional(),
      MaxSize: count.optional(),
      DesiredCapacity: count.optional(),
    }),
    (groups, { AutoScalingGroupName: name, MinSize, MaxSize, DesiredCapacity }) => {
      groups.resize(name, { min: MinSize, max: MaxSize });
      if (DesiredCapacity !== undefined) groups.setDesiredCapacity(name, DesiredCapacity);
    },
  ),
  SetInstanceProtection: define(
    z.strictObject({
      AutoScalingGroupName: z.string(),
      InstanceIds: z.array(z.string()).min(1).max(50),
      ProtectedFromScaleIn: flag,
    }),
    (groups, { AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn }) =>
      groups.protect(AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn),
  ),
  TerminateInstanceInAutoScalingGroup: define(
    z.strictObject({ InstanceId: z.string(), ShouldDecrementDesiredCapacity: flag }),
    (groups, { InstanceId, ShouldDecrementDesiredCapacity }) => {
      const group = groups.terminateInstance(InstanceId, { lowersCapacity: ShouldDecrementDesiredCapacity });
      return {
        Activity: {
          ActivityId: `terminate-${InstanceId}`,
          AutoScalingGroupName: group.name,
          Cause: `instance ${InstanceId} was taken out of service in response to a user request`,
          Description: `Terminating EC2 instance: ${InstanceId}`,
          StatusCode: "InProgress",
          Progress: 0,
        },
      };
    },
  ),
};

function renderGroup(group: GroupDescription) {
  const { properties } = group;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    LaunchTemplate: launchTemplateOf(group),
    MinSize: properties.MinSize,
    MaxSize: properties.MaxSize,
    DesiredCapacity: group.desired,
    AvailabilityZones: group.zones,
    HealthCheckType: "EC2",
    NewInstancesProtectedFromScaleIn: properties.NewInstancesProtectedFromScaleIn,
    Instances: group.instances.map((instance) => renderInstance(group, instance)),
    Tags: (properties.Tags ?? []).map(({ Key, Value }) => ({
      ResourceId: group.name,
      ResourceType: "auto-scaling-group",
      Key,
      Value,
    })),
  };
}

function renderInstance(group: GroupDescription, instance: GroupDescription["instances"][number]) {
  return {
    InstanceId: instance.id,
    InstanceType: instance.type,
    AvailabilityZone: instance.zone,
    LifecycleState: instance.state,
    HealthStatus: "Healthy",
    ProtectedFromScaleIn: instance.isProtected,
    LaunchTemplate: launchTemplateOf(group),
  };
}

function launchTemplateOf({ template }: GroupDescription) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    Version: String(template.version),
  };
}

/** @throws AwsError InvalidNextToken */
function paged<Item>(
  all: readonly Item[],
  { MaxRecords, NextToken }: { readonly MaxRecords: number; readonly NextToken?: string | undefined },
): { items: readonly Item[]; NextToken: string | undefined } {
  const from = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isInteger(from) || from < 0) {
    throw new AwsError("InvalidNextToken", "The NextToken value is not valid.");
  }
  const to = from + MaxRecords;
  return { items: all.slice(from, to), NextToken: to < all.length ? String(to) : undefined };
}
