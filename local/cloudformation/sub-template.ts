import { TemplateError } from "./errors.ts";

/** A piece of an Fn::Sub string. */
export type SubPiece = { readonly text: string } | { readonly variable: string };

/**
 * Cuts an Fn::Sub string into text and variables; `${!Name}` is the text `${Name}`.
 * @throws TemplateError for a variable name with other characters than letters, digits, `_`, `.` and `:`
 */
export function parseSub(source: string): SubPiece[] {
  const pieces: SubPiece[] = [];
  let end = 0;
  for (const match of source.matchAll(/\$\{([^}]*)\}/g)) {
    const [whole, inner = ""] = match;
    if (match.index > end) pieces.push({ text: source.slice(end, match.index) });
    end = match.index + whole.length;
    if (inner.startsWith("!")) {
      pieces.push({ text: `\${${inner.slice(1)}}` });
    } else if (/^[\w.:]+$/.test(inner)) {
      pieces.push({ variable: inner });
    } else {
      throw new TemplateError(
        `Fn::Sub: ${whole} is no variable: names consist of letters, digits, underscores, periods and colons`,
      );
    }
  }
  if (end < source.length) pieces.push({ text: source.slice(end) });
  return pieces;
}

/** `Queue.Arn` names an attribute: the logical id ends at the first period. */
export function splitAttribute(name: string): readonly [logicalId: string, attribute: string] | undefined {
  const dot = name.indexOf(".");
  return dot > 0 && dot < name.length - 1 ? [name.slice(0, dot), name.slice(dot + 1)] : undefined;
}
