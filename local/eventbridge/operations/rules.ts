import { z } from "zod";
import { NotPlayedError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import {
  DEFAULT_BUS,
  type EventBridgeContext,
  invalid,
  requireBus,
  requireRule,
  ruleArn,
} from "../context.ts";
import { page, pagingMembers } from "../paging.ts";
import { compilePattern } from "../pattern/pattern.ts";
import { parseSchedule } from "../schedule/schedule.ts";
import type { RuleRow } from "../store/rule-store.ts";
import { tagList } from "./tags.ts";

const define = operation<EventBridgeContext>();

const ruleName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[.\-_A-Za-z0-9]+$/);
const bus = z.string().min(1).max(1600).optional();

const putRuleInput = z.strictObject({
  Name: ruleName,
  ScheduleExpression: z.string().max(256).optional(),
  EventPattern: z.string().max(4096).optional(),
  State: z.enum(["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]).optional(),
  Description: z.string().max(512).optional(),
  RoleArn: z.string().min(1).max(1600).optional(),
  Tags: tagList.optional(),
  EventBusName: bus,
});

export type PutRuleInput = z.input<typeof putRuleInput>;

export const PutRule = define(putRuleInput, (context, input) => {
  const eventBus = requireBus(context, input.EventBusName);
  const state = input.State ?? "ENABLED";
  if (state === "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") {
    throw new NotPlayedError(`events PutRule: State ${state}`);
  }
  const pattern = input.EventPattern || undefined;
  const schedule = input.ScheduleExpression || undefined;
  if (pattern === undefined && schedule === undefined) {
    throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (pattern !== undefined) compilePattern(pattern);
  if (schedule !== undefined) {
    parseSchedule(schedule);
    if (eventBus.name !== DEFAULT_BUS) {
      throw invalid("ScheduleExpression is supported only on the default event bus.");
    }
  }
  const known = context.rules.find(eventBus.name, input.Name);
  const rule: RuleRow = {
    bus: eventBus.name,
    name: input.Name,
    arn: ruleArn(context.realm, eventBus.name, input.Name),
    pattern: pattern ?? null,
    schedule: schedule ?? null,
    state,
    description: input.Description ?? null,
    role_arn: input.RoleArn ?? null,
    // Putting a rule again as it was must not start its rate anew.
    anchor:
      known?.schedule === (schedule ?? null) && known.state === state ? known.anchor : context.clock.now(),
  };
  context.rules.put(rule);
  // AWS ignores tags when a rule is updated; TagResource changes them.
  if (known === undefined) context.tags.put(rule.arn, input.Tags ?? []);
  context.changed(eventBus.name);
  return { RuleArn: rule.arn };
});

const deleteRuleInput = z.strictObject({ Name: ruleName, EventBusName: bus, Force: z.boolean().optional() });

export type DeleteRuleInput = z.input<typeof deleteRuleInput>;

/** `Force` is for managed rules, of which there are none; on others AWS ignores it too. */
export const DeleteRule = define(deleteRuleInput, (context, input) => {
  const eventBus = requireBus(context, input.EventBusName);
  const rule = context.rules.find(eventBus.name, input.Name);
  if (rule === undefined) return {};
  if (context.rules.targets(rule.arn).length > 0) {
    throw invalid("Rule can't be deleted since it has targets.");
  }
  context.rules.remove(eventBus.name, rule.name);
  context.tags.removeAll(rule.arn);
  context.changed(eventBus.name);
  return {};
});

const oneRule = z.strictObject({ Name: ruleName, EventBusName: bus });

export const DescribeRule = define(oneRule, (context, input) => ({
  ...shown(requireRule(context, input.Name, input.EventBusName)),
  CreatedBy: context.realm.accountId,
}));

export const EnableRule = define(oneRule, (context, input) => setState(context, input, "ENABLED"));

export const DisableRule = define(oneRule, (context, input) => setState(context, input, "DISABLED"));

function setState(
  context: EventBridgeContext,
  input: z.output<typeof oneRule>,
  state: RuleRow["state"],
): Record<string, never> {
  const rule = requireRule(context, input.Name, input.EventBusName);
  if (rule.state !== state) {
    context.rules.put({ ...rule, state, anchor: context.clock.now() });
    context.changed(rule.bus);
  }
  return {};
}

export const ListRules = define(
  z.strictObject({ NamePrefix: z.string().optional(), EventBusName: bus, ...pagingMembers }),
  (context, input) => {
    const eventBus = requireBus(context, input.EventBusName);
    const rules = context.rules
      .listByBus(eventBus.name)
      .filter((rule) => rule.name.startsWith(input.NamePrefix ?? ""));
    const { items, ...next } = page(rules, (rule) => rule.name, input);
    return { Rules: items.map(shown), ...next };
  },
);

function shown(rule: RuleRow) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    ...(rule.pattern === null ? {} : { EventPattern: rule.pattern }),
    ...(rule.schedule === null ? {} : { ScheduleExpression: rule.schedule }),
    State: rule.state,
    ...(rule.description === null ? {} : { Description: rule.description }),
    ...(rule.role_arn === null ? {} : { RoleArn: rule.role_arn }),
    EventBusName: rule.bus,
  };
}
