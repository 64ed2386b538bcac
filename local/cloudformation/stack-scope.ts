import type { Realm } from "../wire/realm.ts";
import { TemplateError } from "./errors.ts";
import { resolve } from "./intrinsics.ts";
import type { ResolvedParameter } from "./parameters.ts";
import { NO_VALUE, type Scope } from "./scope.ts";
import { stackId } from "./stack-id.ts";
import { LANGUAGE_EXTENSIONS, type Template } from "./template.ts";

/** What the functions of one stack's template see. Lookups of resources throw TemplateError for unknown ones. */
export interface StackScopeOptions {
  readonly template: Template;
  readonly stackName: string;
  readonly realm: Realm;
  readonly parameters: ReadonlyMap<string, ResolvedParameter>;
  /** Values of resources, asked once they have been played. */
  readonly resources: Pick<Scope, "attribute"> & { ref(logicalId: string): unknown };
  /** Values of other stacks. */
  readonly stacks: Pick<Scope, "importValue" | "stackOutput">;
}

export function createScope(options: StackScopeOptions): Scope {
  const { template, realm, stacks, resources } = options;
  const pseudo = pseudoParameters(realm, options.stackName);
  const value = (name: string): unknown => pseudo.get(name) ?? options.parameters.get(name)?.value;
  const shared = {
    languageExtensions: template.Transform.includes(LANGUAGE_EXTENSIONS),
    region: realm.region,
    mapping: (map: string, top: string, second: string) => template.Mappings[map]?.[top]?.[second],
    importValue: stacks.importValue,
    stackOutput: stacks.stackOutput,
  };
  const conditions = conditionTable(template, (condition) => ({
    ...shared,
    inConditions: true,
    condition,
    ref: (name) => value(name) ?? notInConditions(name),
    attribute: notInConditions,
  }));
  return {
    ...shared,
    inConditions: false,
    condition: conditions,
    ref: (name) => value(name) ?? resources.ref(name),
    attribute: (logicalId, name) => resources.attribute(logicalId, name),
  };
}

function notInConditions(name: string): never {
  throw new TemplateError(`conditions see parameters only, and ${name} is none`);
}

function pseudoParameters(realm: Realm, stackName: string): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ["AWS::AccountId", realm.accountId],
    ["AWS::Region", realm.region],
    ["AWS::Partition", realm.partition],
    ["AWS::StackName", stackName],
    ["AWS::StackId", stackId(realm, stackName)],
    ["AWS::URLSuffix", "amazonaws.com"],
    ["AWS::NotificationARNs", []],
    ["AWS::NoValue", NO_VALUE],
  ]);
}

/** Conditions are evaluated when first asked for, once. */
function conditionTable(
  template: Template,
  scopeOf: (condition: (name: string) => boolean) => Scope,
): (name: string) => boolean {
  const known = new Map<string, boolean>();
  const open: string[] = [];
  const holds = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const path = ["Conditions", name];
    if (!Object.hasOwn(template.Conditions, name)) {
      throw new TemplateError(`the template has no condition ${name}`);
    }
    if (open.includes(name)) {
      throw new TemplateError(`circular condition: ${[...open, name].join(" → ")}`, path);
    }
    open.push(name);
    const value = resolve(template.Conditions[name], scope, path);
    open.pop();
    if (typeof value !== "boolean") throw new TemplateError("is no condition function", path);
    known.set(name, value);
    return value;
  };
  const scope = scopeOf(holds);
  return holds;
}
