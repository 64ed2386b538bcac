/** `{{resolve:<service>:<reference>}}` in a property. */
export interface DynamicReference {
  readonly service: "ssm" | "ssm-secure" | "secretsmanager";
  /** E.g. `/path/name:3`, or `<secret id>:SecretString:password`. */
  readonly reference: string;
}

export type DynamicLookup = (reference: DynamicReference) => string | Promise<string>;

const DYNAMIC_REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}/g;

/** Replaces the dynamic references in a value's strings by what `lookup` gives. */
export async function resolveDynamicReferences(value: unknown, lookup: DynamicLookup): Promise<unknown> {
  if (typeof value === "string") return resolveText(value, lookup);
  if (Array.isArray(value)) {
    return Promise.all(value.map((item) => resolveDynamicReferences(item, lookup)));
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(
    async ([key, member]) => [key, await resolveDynamicReferences(member, lookup)] as const,
  );
  return Object.fromEntries(await Promise.all(members));
}

async function resolveText(text: string, lookup: DynamicLookup): Promise<string> {
  let resolved = "";
  let end = 0;
  for (const match of text.matchAll(DYNAMIC_REFERENCE)) {
    const [whole, service, reference = ""] = match;
    resolved += text.slice(end, match.index);
    resolved += await lookup({ service: service as DynamicReference["service"], reference });
    end = match.index + whole.length;
  }
  return resolved + text.slice(end);
}
