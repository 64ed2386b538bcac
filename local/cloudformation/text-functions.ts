import { argumentList, list, requireLanguageExtensions, show, text } from "./arguments.ts";
import { TemplateError } from "./errors.ts";
import { type Call, type IntrinsicFunction, NO_VALUE } from "./scope.ts";
import { parseSub, splitAttribute } from "./sub-template.ts";

export const join: IntrinsicFunction = (argument, call) => {
  const [delimiter, items] = argumentList(argument, call, 2);
  if (typeof delimiter !== "string") {
    throw new TemplateError(`Fn::Join: the delimiter must be a literal string, got ${show(delimiter)}`);
  }
  return list(call.resolve(items, 1), call, "its second argument")
    .map((item) => text(item, call, "each item"))
    .join(delimiter);
};

export const split: IntrinsicFunction = (argument, call) => {
  const [delimiter, source] = argumentList(argument, call, 2);
  if (typeof delimiter !== "string" || delimiter === "") {
    throw new TemplateError(
      `Fn::Split: the delimiter must be a literal string, not empty, got ${show(delimiter)}`,
    );
  }
  return text(call.resolve(source, 1), call, "its second argument").split(delimiter);
};

export const sub: IntrinsicFunction = (argument, call) => {
  const [source, variables] = typeof argument === "string" ? [argument, {}] : argumentList(argument, call, 2);
  if (typeof source !== "string") {
    throw new TemplateError(`Fn::Sub: the text must be a literal string, got ${show(source)}`);
  }
  if (typeof variables !== "object" || variables === null || Array.isArray(variables)) {
    throw new TemplateError(`Fn::Sub: the variables must be a map, got ${show(variables)}`);
  }
  return parseSub(source)
    .map((piece) => ("text" in piece ? piece.text : substitute(piece.variable, variables, call)))
    .join("");
};

function substitute(variable: string, variables: object, call: Call): string {
  const own = new Map<string, unknown>(Object.entries(variables));
  const attribute = splitAttribute(variable);
  const value = own.has(variable)
    ? call.resolve(own.get(variable), 1, variable)
    : attribute
      ? call.scope.attribute(...attribute)
      : call.scope.ref(variable);
  return text(value, call, `\${${variable}}`);
}

export const base64: IntrinsicFunction = (argument, call) =>
  Buffer.from(text(call.resolve(argument), call, "its argument"), "utf8").toString("base64");

export const toJsonString: IntrinsicFunction = (argument, call) => {
  requireLanguageExtensions(call);
  const value = call.resolve(argument);
  if (value === NO_VALUE || typeof value !== "object" || value === null) {
    throw new TemplateError(`Fn::ToJsonString takes a map or a list, got ${show(value)}`);
  }
  return JSON.stringify(value);
};
