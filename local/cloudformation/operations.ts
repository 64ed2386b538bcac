import { z } from "zod";
import { AwsError, NotPlayedError } from "../wire/aws-error.ts";
import { type Operation, operation } from "../wire/operation.ts";
import type { Realm } from "../wire/realm.ts";
import { stackId, stackNameOf } from "./stack-id.ts";
import type { ResourceRecord, StackRecord } from "./stack-records.ts";
import type { StackStore } from "./stack-store.ts";
import {
  eventMember,
  resourceDetail,
  resourceMember,
  resourceSummary,
  stackMember,
  stackSummary,
} from "./stack-xml.ts";

export interface CloudFormation {
  readonly store: StackStore;
  readonly realm: Realm;
}

const define = operation<CloudFormation>();
const named = z.strictObject({ StackName: z.string() });

/** Every answer is complete, so none has a NextToken, and a call with one is refused. */
export const operations: Readonly<Record<string, Operation<CloudFormation>>> = {
  DescribeStacks: define(named.partial(), ({ store, realm }, { StackName }) => {
    const stacks = StackName === undefined ? store.stacks() : [findStack(store, StackName)];
    return { Stacks: stacks.map((stack) => stackMember(stack, realm)) };
  }),

  ListStacks: define(
    z.strictObject({ StackStatusFilter: z.array(z.string()).optional() }),
    ({ store, realm }, { StackStatusFilter }) => ({
      StackSummaries: store
        .stacks()
        .filter(({ status }) => StackStatusFilter === undefined || StackStatusFilter.includes(status))
        .map((stack) => stackSummary(stack, realm)),
    }),
  ),

  DescribeStackResources: define(
    z.strictObject({
      StackName: z.string().optional(),
      LogicalResourceId: z.string().optional(),
      PhysicalResourceId: z.string().optional(),
    }),
    ({ store, realm }, { StackName, LogicalResourceId, PhysicalResourceId }) => {
      const stackName = StackName ?? stackOfResource(store, PhysicalResourceId);
      return {
        StackResources: resourcesOf(store, findStack(store, stackName))
          .filter(({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId)
          .map((resource) => resourceMember(resource, realm)),
      };
    },
  ),

  DescribeStackResource: define(
    named.extend({ LogicalResourceId: z.string() }),
    ({ store, realm }, { StackName, LogicalResourceId }) => {
      const stack = findStack(store, StackName, `Stack '${StackName}' does not exist`);
      const found = resourcesOf(store, stack).find(({ logicalId }) => logicalId === LogicalResourceId);
      if (found) return { StackResourceDetail: resourceDetail(found, realm) };
      throw new AwsError(
        "ValidationError",
        `Resource ${LogicalResourceId} does not exist for stack ${stack.stackName}`,
      );
    },
  ),

  ListStackResources: define(named, ({ store, realm }, { StackName }) => ({
    StackResourceSummaries: resourcesOf(store, findStack(store, StackName)).map((resource) =>
      resourceSummary(resource, realm),
    ),
  })),

  GetTemplate: define(
    named.extend({ TemplateStage: z.enum(["Original", "Processed"]).default("Original") }),
    ({ store }, { StackName, TemplateStage }) => {
      if (TemplateStage === "Processed") {
        throw new NotPlayedError("cloudformation GetTemplate: TemplateStage Processed");
      }
      return {
        TemplateBody: findStack(store, StackName).templateBody,
        StagesAvailable: ["Original"],
      };
    },
  ),

  DescribeStackEvents: define(named, ({ store, realm }, { StackName }) => ({
    StackEvents: store
      .events(findStack(store, StackName, `Stack [${StackName}] does not exist`).stackName)
      .map((event) => eventMember(event, realm)),
  })),

  ListExports: define(z.strictObject({}), ({ store, realm }) => ({
    Exports: [...store.exports()].map(([Name, { stackName, output }]) => ({
      ExportingStackId: stackId(realm, stackName),
      Name,
      Value: output.value,
    })),
  })),
};

function findStack(
  store: StackStore,
  nameOrId: string,
  message = `Stack with id ${nameOrId} does not exist`,
): StackRecord {
  const stack = store.stack(stackNameOf(nameOrId));
  if (stack) return stack;
  throw new AwsError("ValidationError", message);
}

/** Of a resource that is being replaced, the new one. */
function resourcesOf(store: StackStore, stack: StackRecord): ResourceRecord[] {
  const newest = new Map(store.resources(stack.stackName).map((record) => [record.logicalId, record]));
  return [...newest.values()];
}

function stackOfResource(store: StackStore, physicalId: string | undefined): string {
  if (physicalId === undefined) {
    throw new AwsError("ValidationError", "StackName or PhysicalResourceId must be given");
  }
  const owner = store
    .stacks()
    .find((stack) => resourcesOf(store, stack).some(({ ref }) => ref === physicalId));
  if (owner) return owner.stackName;
  throw new AwsError("ValidationError", `Stack for ${physicalId} does not exist`);
}
