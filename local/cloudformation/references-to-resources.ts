import { TemplateError } from "./errors.ts";
import { placeholder } from "./placeholder.ts";
import type { ResourceType, ResourceValues } from "./resource-player.ts";
import type { Template } from "./template.ts";

/** A type of the template that nothing here plays. */
export interface NotPlayedType {
  readonly type: ResourceType;
  readonly logicalIds: readonly string[];
  /** Played resources and outputs that took a placeholder from one of them: logical ids, `Outputs`. */
  readonly neededBy: readonly string[];
}

/** Values of the resources played so far, and a note of who needed what is not played. */
export class ResourceReferences {
  readonly #template: Template;
  readonly #values = new Map<string, ResourceValues>();
  readonly #needs = new Map<ResourceType, Set<string>>();
  /** Who is being resolved: a logical id, or an output. */
  resolving = "";

  constructor(template: Template) {
    this.#template = template;
  }

  set(logicalId: string, values: ResourceValues): void {
    this.#values.set(logicalId, values);
  }

  ref(logicalId: string): string {
    return this.#values.get(logicalId)?.ref ?? this.#placeholder(logicalId, undefined);
  }

  attribute(logicalId: string, name: string): unknown {
    const values = this.#values.get(logicalId);
    if (!values) return this.#placeholder(logicalId, name);
    const value = values.attributes[name];
    if (value !== undefined) return value;
    const known = Object.keys(values.attributes).join(", ") || "none";
    throw new TemplateError(
      `${this.#template.Resources[logicalId]?.Type} ${logicalId} has no attribute ${name}; it has ${known}`,
    );
  }

  /** Who needed resources of a type. */
  neededBy(type: ResourceType): string[] {
    return [...(this.#needs.get(type) ?? [])];
  }

  #placeholder(logicalId: string, attribute: string | undefined): string {
    const type = this.#template.Resources[logicalId]?.Type;
    if (type === undefined) {
      throw new TemplateError(`the template has no parameter or resource ${logicalId}`);
    }
    const needs = this.#needs.get(type) ?? new Set();
    this.#needs.set(type, needs.add(this.resolving));
    return placeholder(logicalId, attribute);
  }
}
