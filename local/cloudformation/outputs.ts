import { TemplateError } from "./errors.ts";
import { resolve } from "./intrinsics.ts";
import type { Scope } from "./scope.ts";
import type { StackOutput } from "./stack-records.ts";
import type { StackStore } from "./stack-store.ts";
import type { Template, TemplateOutput } from "./template.ts";

/**
 * The stack's outputs; those whose condition is false are left out.
 * @throws TemplateError for an output that is no text, or an export name that another stack has taken
 */
export function resolveOutputs(
  template: Template,
  scope: Scope,
  stackName: string,
  exports: ReturnType<StackStore["exports"]>,
): StackOutput[] {
  return Object.entries(template.Outputs)
    .filter(([, output]) => output.Condition === undefined || scope.condition(output.Condition))
    .map(([key, output]) => {
      const resolved = resolveOutput(key, output, scope);
      const owner = resolved.exportName === undefined ? undefined : exports.get(resolved.exportName);
      if (owner && owner.stackName !== stackName) {
        throw new TemplateError(
          `the export ${resolved.exportName} is taken by stack ${owner.stackName}`,
          place(key),
        );
      }
      return resolved;
    });
}

function resolveOutput(key: string, output: TemplateOutput, scope: Scope): StackOutput {
  const path = place(key);
  return {
    key,
    value: textOf(resolve(output.Value, scope, [...path, "Value"]), [...path, "Value"]),
    ...(output.Description === undefined ? {} : { description: output.Description }),
    ...(output.Export === undefined
      ? {}
      : { exportName: textOf(resolve(output.Export.Name, scope, [...path, "Export", "Name"]), path) }),
  };
}

function place(key: string): string[] {
  return ["Outputs", key];
}

function textOf(value: unknown, path: readonly string[]): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TemplateError("must be a string", path);
}
