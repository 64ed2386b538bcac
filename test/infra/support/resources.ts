import type { Pipeline } from "../../../events/pipeline.ts";
import { synthesize as synthesizeApp } from "../template/synthesize.ts";

/** A resource of a template, as far as tests look at it. */
export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties of any type of resource
  readonly Properties: any;
}

/** The resources of the synthesized stack, by logical id. */
export function resourcesOf(
  settings: Record<string, unknown>,
  pipelines?: readonly Pipeline[],
): Record<string, TemplateResource> {
  return synthesizeApp({ settings, ...(pipelines ? { pipelines } : {}) }).template.toJSON().Resources;
}

/** Resources of one type, with their logical ids. */
export function ofType(
  resources: Record<string, TemplateResource>,
  type: string,
): [string, TemplateResource][] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

/** The logical id that a `Ref` or `Fn::GetAtt` points to. */
export function target(value: unknown): string | undefined {
  const reference = value as { Ref?: string; "Fn::GetAtt"?: [string, string] } | undefined;
  return reference?.Ref ?? reference?.["Fn::GetAtt"]?.[0];
}
