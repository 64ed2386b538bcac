import { meets, type RequestFacts } from "./conditions.ts";
import type { Action, Condition } from "./routing-properties.ts";
import { type Weighted, weightedTurns } from "./weighted-turn.ts";

interface ForwardTarget extends Weighted {
  readonly targetGroupArn: string;
}

export interface Rule {
  readonly arn: string;
  /** Infinity for a listener's default. */
  readonly priority: number;
  readonly conditions: readonly Condition[];
  readonly action: Action;
  /** The conditions and actions as the template has them, for DescribeRules. */
  readonly described: { readonly Conditions: unknown; readonly Actions: unknown };
  /** For a forward action: the group whose turn it is; undefined when every weight is 0. */
  readonly nextTargetGroupArn: () => string | undefined;
}

export function createRule(rule: Omit<Rule, "nextTargetGroupArn">): Rule {
  const turns = weightedTurns<ForwardTarget>(
    rule.action.Type === "forward"
      ? rule.action.targets.map(({ TargetGroupArn, Weight }) => ({
          targetGroupArn: TargetGroupArn,
          weight: Weight,
        }))
      : [],
  );
  return { ...rule, nextTargetGroupArn: () => turns()?.targetGroupArn };
}

/** The first rule, by priority, all of whose conditions the request meets; the default meets any. */
export function ruleFor(rules: readonly Rule[], request: RequestFacts): Rule | undefined {
  return rules.find((rule) => rule.conditions.every((condition) => meets(condition, request)));
}
