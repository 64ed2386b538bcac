import { argumentList, requireLanguageExtensions, show, text } from "./arguments.ts";
import { TemplateError } from "./errors.ts";
import type { Call, IntrinsicFunction } from "./scope.ts";
import { splitAttribute } from "./sub-template.ts";

export const ref: IntrinsicFunction = (argument, call) => {
  if (typeof argument === "string") return call.scope.ref(argument);
  throw new TemplateError(`Ref must name a parameter or resource, got ${show(argument)}`);
};

export const getAtt: IntrinsicFunction = (argument, call) => {
  const [logicalId, attribute] =
    typeof argument === "string"
      ? (splitAttribute(argument) ?? [undefined, undefined])
      : argumentList(argument, call, 2);
  if (typeof logicalId !== "string") {
    throw new TemplateError(`Fn::GetAtt takes a resource and an attribute, got ${show(argument)}`);
  }
  return call.scope.attribute(logicalId, text(call.resolve(attribute, 1), call, "the attribute"));
};

export const findInMap: IntrinsicFunction = (argument, call) => {
  const [mapName, topKey, secondKey, options] = argumentList(argument, call, 3, 4);
  const keys = [mapName, topKey, secondKey].map((key, at) =>
    text(call.resolve(key, at), call, ["the map", "the top-level key", "the second-level key"][at] ?? ""),
  );
  const [map = "", top = "", second = ""] = keys;
  const found = call.scope.mapping(map, top, second);
  if (found !== undefined) return found;
  if (options !== undefined) return defaultValue(options, call);
  throw new TemplateError(`Fn::FindInMap: the template's Mappings have no ${keys.join(" → ")}`);
};

function defaultValue(options: unknown, call: Call): unknown {
  requireLanguageExtensions(call, "the DefaultValue of Fn::FindInMap");
  if (typeof options === "object" && options !== null && "DefaultValue" in options) {
    return call.resolve(options.DefaultValue, 3, "DefaultValue");
  }
  throw new TemplateError(
    `Fn::FindInMap: its fourth argument must have a DefaultValue, got ${show(options)}`,
  );
}

export const importValue: IntrinsicFunction = (argument, call) =>
  call.scope.importValue(text(call.resolve(argument), call, "the name of the export"));

/** The CDK's weak reference between stacks. Other regions and accounts are not played. */
export const getStackOutput: IntrinsicFunction = (argument, call) => {
  const given = call.resolve(argument);
  if (typeof given !== "object" || given === null) {
    throw new TemplateError(`Fn::GetStackOutput takes StackName and OutputName, got ${show(given)}`);
  }
  const { StackName, OutputName, Region, ...others } = given as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined || (Region !== undefined && Region !== call.scope.region)) {
    throw new TemplateError(
      `Fn::GetStackOutput: ${unknown ?? `Region ${show(Region)}`} is not played by the local runtime`,
    );
  }
  return call.scope.stackOutput(text(StackName, call, "StackName"), text(OutputName, call, "OutputName"));
};
