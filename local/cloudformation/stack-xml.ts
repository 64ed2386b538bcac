import type { Realm } from "../wire/realm.ts";
import { stackId } from "./stack-id.ts";
import type { ResourceRecord, StackEvent, StackRecord } from "./stack-records.ts";

const NOT_CHECKED = { StackDriftStatus: "NOT_CHECKED" };
const RESOURCE_NOT_CHECKED = { StackResourceDriftStatus: "NOT_CHECKED" };

/** A stack as DescribeStacks shows it. */
export function stackMember(stack: StackRecord, realm: Realm) {
  return {
    StackId: stackId(realm, stack.stackName),
    StackName: stack.stackName,
    Description: stack.description,
    Parameters: stack.parameters.map(({ key, value, resolvedValue }) => ({
      ParameterKey: key,
      ParameterValue: value,
      ResolvedValue: resolvedValue,
    })),
    CreationTime: new Date(stack.createdAt),
    LastUpdatedTime: stack.updatedAt === undefined ? undefined : new Date(stack.updatedAt),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: true,
    NotificationARNs: [],
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: NOT_CHECKED,
  };
}

/** A stack as ListStacks shows it. */
export function stackSummary(stack: StackRecord, realm: Realm) {
  const member = stackMember(stack, realm);
  return {
    StackId: member.StackId,
    StackName: member.StackName,
    TemplateDescription: member.Description,
    CreationTime: member.CreationTime,
    LastUpdatedTime: member.LastUpdatedTime,
    StackStatus: member.StackStatus,
    StackStatusReason: member.StackStatusReason,
    DriftInformation: NOT_CHECKED,
  };
}

/** A resource as DescribeStackResources shows it. */
export function resourceMember(resource: ResourceRecord, realm: Realm) {
  return {
    StackName: resource.stackName,
    StackId: stackId(realm, resource.stackName),
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.ref,
    ResourceType: resource.type,
    Timestamp: new Date(resource.changedAt),
    ResourceStatus: resource.status,
    DriftInformation: RESOURCE_NOT_CHECKED,
  };
}

/** A resource as DescribeStackResource shows it. */
export function resourceDetail(resource: ResourceRecord, realm: Realm) {
  const { Timestamp, ...member } = resourceMember(resource, realm);
  return { ...member, LastUpdatedTimestamp: Timestamp, Metadata: JSON.stringify(resource.metadata) };
}

/** A resource as ListStackResources shows it. */
export function resourceSummary(resource: ResourceRecord, realm: Realm) {
  const { StackName: _name, StackId: _id, Timestamp, ...member } = resourceMember(resource, realm);
  return { ...member, LastUpdatedTimestamp: Timestamp };
}

export function eventMember(event: StackEvent, realm: Realm) {
  return {
    StackId: stackId(realm, event.stackName),
    EventId: event.eventId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.ref,
    ResourceType: event.type,
    Timestamp: new Date(event.time),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  };
}
