/** A stretch of an input template. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string; readonly quoted: boolean };

export interface Template {
  readonly pieces: readonly Piece[];
  /** Whether the template is an object or array, whose result must be JSON; otherwise it is quoted text. */
  readonly structured: boolean;
}

const VARIABLE = /<([\w.-]+)>/y;

/** Finds the `<variables>` of a template, and which of them stand inside a JSON string. */
export function parseTemplate(source: string): Template {
  const pieces: Piece[] = [];
  let text = "";
  let quoted = false;
  for (let offset = 0; offset < source.length; ) {
    VARIABLE.lastIndex = offset;
    const name = VARIABLE.exec(source)?.[1];
    if (name !== undefined) {
      pieces.push({ kind: "text", text }, { kind: "variable", name, quoted });
      text = "";
      offset = VARIABLE.lastIndex;
      continue;
    }
    const character = source[offset] ?? "";
    const escaped = quoted && character === "\\" ? (source[offset + 1] ?? "") : "";
    if (character === '"') quoted = !quoted;
    text += character + escaped;
    offset += 1 + escaped.length;
  }
  pieces.push({ kind: "text", text });
  return { pieces, structured: /^\s*[{[]/.test(source) };
}

/**
 * The template with its variables filled in. Bare variables become JSON; inside quotes, text is escaped and
 * everything else is written as JSON, without its quotes where the template is text. A variable that has no
 * value is empty: `""` when bare, nothing inside quotes.
 */
export function fillTemplate(template: Template, lookup: (name: string) => unknown): string {
  return template.pieces
    .map((piece) => {
      if (piece.kind === "text") return piece.text;
      const value = lookup(piece.name);
      if (!piece.quoted) return JSON.stringify(value ?? (value === null ? null : ""));
      if (value === undefined) return "";
      if (typeof value === "string") return JSON.stringify(value).slice(1, -1);
      const json = JSON.stringify(value);
      return template.structured ? json : json.replaceAll('"', "");
    })
    .join("");
}

/** Whether the template is JSON once its variables are filled in: one value, or several quoted texts. */
export function isWellFormed(template: Template): boolean {
  const sample = fillTemplate(template, () => "");
  if (isJson(sample)) return true;
  return !template.structured && /^\s*(?:"(?:[^"\\]|\\.)*"\s*)+$/s.test(sample);
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
