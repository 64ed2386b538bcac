import { argumentList, show } from "./arguments.ts";
import { TemplateError } from "./errors.ts";
import { type Call, type IntrinsicFunction, NO_VALUE } from "./scope.ts";

/** `Fn::If`: only the chosen branch is resolved, so the other may name what a condition leaves out. */
export const choose: IntrinsicFunction = (argument, call) => {
  const [name, whenTrue, whenFalse] = argumentList(argument, call, 3);
  if (typeof name !== "string") {
    throw new TemplateError(`Fn::If: its first argument must name a condition, got ${show(name)}`);
  }
  return call.scope.condition(name) ? call.resolve(whenTrue, 1) : call.resolve(whenFalse, 2);
};

export const equals: IntrinsicFunction = (argument, call) => {
  requireConditions(call);
  const [left, right] = argumentList(argument, call, 2).map((item, at) => call.resolve(item, at));
  return comparable(left) === comparable(right);
};

export const and: IntrinsicFunction = (argument, call) =>
  conditions(argument, call, 2, 10).every((holds) => holds);

export const or: IntrinsicFunction = (argument, call) =>
  conditions(argument, call, 2, 10).some((holds) => holds);

export const not: IntrinsicFunction = (argument, call) => !conditions(argument, call, 1, 1)[0];

/** `{ "Condition": "Name" }` inside a condition. */
export const conditionReference: IntrinsicFunction = (argument, call) => {
  if (typeof argument === "string") return call.scope.condition(argument);
  throw new TemplateError(`Condition must name a condition, got ${show(argument)}`);
};

function conditions(argument: unknown, call: Call, least: number, most: number): boolean[] {
  requireConditions(call);
  return argumentList(argument, call, least, most).map((item, at) => {
    const value = call.resolve(item, at);
    if (typeof value === "boolean") return value;
    throw new TemplateError(`${call.name}: each argument must be a condition, got ${show(item)}`);
  });
}

function requireConditions(call: Call): void {
  if (call.scope.inConditions) return;
  throw new TemplateError(
    `${call.name} works only in the template's Conditions; name the condition in Fn::If`,
  );
}

/** Scalars are text to CloudFormation: the number 1 equals the string "1". */
function comparable(value: unknown): string {
  if (value === NO_VALUE) throw new TemplateError("Fn::Equals cannot compare AWS::NoValue");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
