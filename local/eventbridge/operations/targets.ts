import { z } from "zod";
import { atomically } from "../../database.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import { type EventBridgeContext, invalid, requireBus, requireRule } from "../context.ts";
import { compileInput } from "../input/input.ts";
import { page, pagingMembers } from "../paging.ts";
import { type Target, targetSchema } from "../target.ts";

const define = operation<EventBridgeContext>();

const rule = { Rule: z.string().min(1).max(64), EventBusName: z.string().min(1).max(1600).optional() };

/** EventBridge quotas: targets per rule. */
const MAX_TARGETS = 5;

const putTargetsInput = z.strictObject({ ...rule, Targets: z.array(targetSchema).min(1).max(100) });

export type PutTargetsInput = z.input<typeof putTargetsInput>;

export const PutTargets = define(putTargetsInput, (context, input) => {
  const { arn, bus } = requireRule(context, input.Rule, input.EventBusName);
  for (const target of input.Targets) checkTarget(target);
  const ids = new Set([...context.rules.targets(arn), ...input.Targets].map(idOf));
  if (ids.size > MAX_TARGETS) {
    throw new AwsError(
      "LimitExceededException",
      "The requested resource exceeds the maximum number allowed.",
    );
  }
  atomically(context.database, () => {
    for (const target of input.Targets) {
      context.rules.putTarget(arn, { id: target.Id, arn: target.Arn, json: JSON.stringify(target) });
    }
  });
  context.changed(bus);
  return { FailedEntryCount: 0, FailedEntries: [] };
});

const removeTargetsInput = z.strictObject({
  ...rule,
  Ids: z.array(z.string().min(1).max(64)).min(1).max(100),
  Force: z.boolean().optional(),
});

export type RemoveTargetsInput = z.input<typeof removeTargetsInput>;

export const RemoveTargets = define(removeTargetsInput, (context, input) => {
  const { arn, bus } = requireRule(context, input.Rule, input.EventBusName);
  const missing = input.Ids.filter((id) => !context.rules.removeTarget(arn, id));
  context.changed(bus);
  return {
    FailedEntryCount: missing.length,
    FailedEntries: missing.map((id) => ({
      TargetId: id,
      ErrorCode: "ResourceNotFoundException",
      ErrorMessage: `Rule ${input.Rule} does not have a target with the Id ${id}.`,
    })),
  };
});

export const ListTargetsByRule = define(z.strictObject({ ...rule, ...pagingMembers }), (context, input) => {
  const { arn } = requireRule(context, input.Rule, input.EventBusName);
  const { items, ...next } = page(context.rules.targets(arn), idOf, input);
  return { Targets: items.map((row) => JSON.parse(row.json) as Target), ...next };
});

export const ListRuleNamesByTarget = define(
  z.strictObject({
    TargetArn: z.string().min(1).max(1600),
    EventBusName: rule.EventBusName,
    ...pagingMembers,
  }),
  (context, input) => {
    const bus = requireBus(context, input.EventBusName);
    const names = context.rules.namesByTarget(bus.name, input.TargetArn);
    const { items, ...next } = page(names, (name) => name, input);
    return { RuleNames: items, ...next };
  },
);

function idOf(target: { readonly Id: string } | { readonly id: string }): string {
  return "Id" in target ? target.Id : target.id;
}

/** @throws AwsError ValidationException */
function checkTarget(target: Target): void {
  const [, service, resource = ""] = /^arn:[\w-]+:([\w-]+):[^:]*:[^:]*:(.+)$/.exec(target.Arn) ?? [];
  if (service === undefined) {
    throw invalid(`Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  compileInput(target, target.Id);
  const isBus = service === "events" && resource.startsWith("event-bus/");
  if (isBus && (target.Input ?? target.InputPath ?? target.InputTransformer) !== undefined) {
    throw invalid(`Input, InputPath and InputTransformer are not for event buses: target ${target.Id}.`);
  }
  if (service === "sqs" && resource.endsWith(".fifo") && target.SqsParameters?.MessageGroupId === undefined) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`);
  }
  if (target.SqsParameters !== undefined && service !== "sqs") {
    throw invalid(`Parameter(s) SqsParameters not valid for target: ${target.Id}.`);
  }
  if ((target.EcsParameters !== undefined) !== (service === "ecs")) {
    const problem = service === "ecs" ? "must be specified" : "not valid";
    throw invalid(`Parameter(s) EcsParameters ${problem} for target: ${target.Id}.`);
  }
  if (service === "ecs" && target.RoleArn === undefined) {
    throw invalid(`RoleArn is required for target ${target.Arn}.`);
  }
}
