const PREFIX = "not-played:";

/**
 * What a reference to a resource that is not played resolves to: recognisable wherever it shows up.
 * @param attribute of Fn::GetAtt; absent for Ref
 */
export function placeholder(logicalId: string, attribute?: string): string {
  return attribute === undefined ? `${PREFIX}${logicalId}` : `${PREFIX}${logicalId}.${attribute}`;
}

/** List functions pass placeholders on: what the value would be, a list say, nobody knows. */
export function isPlaceholder(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(PREFIX);
}
