import { ExpressionError } from "./expression-error.ts";
import { callFunction, type FunctionContext } from "./functions.ts";
import { applyOperator, negate } from "./operators.ts";
import type { Expression } from "./parse.ts";
import { type MathValue, type NamedSeries, scalar } from "./value.ts";

export interface MathContext extends FunctionContext {
  /** What a query of the same request comes to. @throws ExpressionError when there is none */
  readonly resolve: (id: string) => MathValue;
}

/** Words that are written like ids and mean themselves. */
const WORDS: readonly string[] = ["REPEAT", "LINEAR"];

/** @throws ExpressionError */
export function evaluate(expression: Expression, context: MathContext): MathValue {
  switch (expression.kind) {
    case "number":
      return scalar(expression.value);
    case "text":
      return { kind: "text", value: expression.value };
    case "id":
      return WORDS.includes(expression.id)
        ? { kind: "text", value: expression.id }
        : context.resolve(expression.id);
    case "negative":
      return negate(evaluate(expression.operand, context));
    case "binary":
      return applyOperator(
        expression.operator,
        evaluate(expression.left, context),
        evaluate(expression.right, context),
      );
    case "call":
      return callFunction(
        expression.name,
        expression.args.map((argument) => evaluate(argument, context)),
        context,
      );
    case "array":
      return { kind: "list", items: expression.items.flatMap((item) => listed(item, context)) };
  }
}

function listed(item: Expression, context: MathContext): readonly NamedSeries[] {
  const value = evaluate(item, context);
  if (value.kind === "list") return value.items;
  if (value.kind === "series") return [{ id: item.kind === "id" ? item.id : "", series: value.series }];
  throw new ExpressionError("Lists hold series");
}
