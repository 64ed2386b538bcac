import type { RequestContext } from "./access-request.ts";
import { ANY, type Piece, piecesOf } from "./wildcard.ts";

/** `${key}`, `${key, 'default'}`, and the escapes `${*}`, `${?}`, `${$}`. */
const VARIABLE = /\$\{([^}]*)\}/g;

export interface ResolvedText {
  /** Variables replaced and the rest split at its wildcards; what a variable brings in is plain text. */
  readonly pieces: readonly Piece[];
  /** False when a variable has no value; anything stands in its place, to tell what it could have become. */
  readonly complete: boolean;
}

/** Replaces policy variables. (IAM user guide, policy variables) */
export function resolveVariables(text: string, context: RequestContext): ResolvedText {
  const pieces: Piece[] = [];
  let complete = true;
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    pieces.push(...piecesOf(text.slice(end, match.index)));
    const value = variableValue(match[1] ?? "", context);
    complete &&= value !== undefined;
    pieces.push(value ?? ANY);
    end = match.index + match[0].length;
  }
  pieces.push(...piecesOf(text.slice(end)));
  return { pieces, complete };
}

function variableValue(variable: string, context: RequestContext): string | undefined {
  if (variable === "*" || variable === "?" || variable === "$") return variable;
  const [, key = "", fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(variable) ?? [];
  const values = context.get(key);
  // A multivalued key is no variable.
  return values?.length === 1 ? values[0] : fallback;
}
