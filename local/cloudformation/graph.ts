import { CircularDependencyError, TemplateError, withPlace } from "./errors.ts";
import { references } from "./references.ts";
import type { Template, TemplateResource } from "./template.ts";

/**
 * The resources to play, each after what it refers to or depends on, otherwise as the template lists them.
 * Those whose condition is false are left out.
 * @throws CircularDependencyError naming the cycle
 * @throws TemplateError for a reference, in a resource or an output, to what the template does not have or
 *   leaves out
 */
export function dependencyOrder(template: Template, holds: (condition: string) => boolean): string[] {
  const present = (resource: TemplateResource) =>
    resource.Condition === undefined || holds(resource.Condition);
  const ordered: string[] = [];
  const done = new Set<string>();
  const visit = (logicalId: string, resource: TemplateResource, trail: readonly string[]): void => {
    if (done.has(logicalId)) return;
    const start = trail.indexOf(logicalId);
    if (start >= 0) throw new CircularDependencyError([...trail.slice(start), logicalId]);
    const needed = withPlace(place(logicalId), () => needs(template, resource, present, holds));
    for (const id of needed) {
      const target = template.Resources[id];
      if (target) visit(id, target, [...trail, logicalId]);
    }
    done.add(logicalId);
    ordered.push(logicalId);
  };
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (withPlace(place(logicalId), () => present(resource))) visit(logicalId, resource, []);
  }
  for (const [key, output] of Object.entries(template.Outputs)) {
    withPlace(["Outputs", key], () => {
      if (output.Condition !== undefined && !holds(output.Condition)) return;
      requirePresent(
        template,
        resourceReferences(template, [output.Value, output.Export?.Name], holds),
        present,
      );
    });
  }
  return ordered;
}

function place(logicalId: string): readonly string[] {
  return ["Resources", logicalId];
}

/** Logical ids that a resource waits for. */
function needs(
  template: Template,
  resource: TemplateResource,
  present: (resource: TemplateResource) => boolean,
  holds: (condition: string) => boolean,
): string[] {
  const named = resourceReferences(template, resource.Properties, holds);
  requirePresent(template, named, present);
  const unknown = resource.DependsOn.find((name) => !template.Resources[name]);
  if (unknown !== undefined) {
    throw new TemplateError(`DependsOn names ${unknown}, which the template does not have`);
  }
  // Depending on a resource that its condition leaves out is allowed and means nothing.
  const dependsOn = resource.DependsOn.filter((name) => {
    const target = template.Resources[name];
    return target !== undefined && present(target);
  });
  return [...new Set([...dependsOn, ...named])];
}

function resourceReferences(
  template: Template,
  value: unknown,
  holds: (condition: string) => boolean,
): string[] {
  return [...references(value, holds)].filter(
    (name) => !name.startsWith("AWS::") && template.Parameters[name] === undefined,
  );
}

function requirePresent(
  template: Template,
  names: readonly string[],
  present: (resource: TemplateResource) => boolean,
): void {
  for (const name of names) {
    const target = template.Resources[name];
    if (!target) throw new TemplateError(`refers to ${name}, which the template does not have`);
    if (!present(target)) {
      throw new TemplateError(`refers to ${name}, which condition ${target.Condition} leaves out`);
    }
  }
}
