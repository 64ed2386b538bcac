const compiled = new Map<string, RegExp>();
/** Policies are few; a request does not get to add to this (values with variables are not kept). */
const MAX_COMPILED = 10_000;

/** A piece of a pattern: text as it stands, `*` for any run of characters, `?` for one. */
export type Piece = string | typeof ANY | typeof ONE;
export const ANY = Symbol("*");
export const ONE = Symbol("?");

/** Splits policy text into its pieces. */
export function piecesOf(pattern: string): Piece[] {
  return pattern.split(/([*?])/).map((part) => (part === "*" ? ANY : part === "?" ? ONE : part));
}

/** Whether `text` is what `pattern` says; both wildcards cross every separator. */
export function matchesWildcard(pattern: string, text: string, ignoreCase = false): boolean {
  const key = `${ignoreCase ? "i" : "c"}${pattern}`;
  let expression = compiled.get(key);
  if (!expression) {
    expression = toExpression(piecesOf(pattern), ignoreCase);
    if (compiled.size < MAX_COMPILED) compiled.set(key, expression);
  }
  return expression.test(text);
}

/** Whether `text` is what the pieces say. */
export function matchesPieces(pieces: readonly Piece[], text: string): boolean {
  // Most parts of most patterns are plain text or a lone asterisk, which need no expression.
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("") === text;
  if (pieces.every((piece) => piece === ANY || piece === "")) return true;
  return toExpression(pieces, false).test(text);
}

function toExpression(pieces: readonly Piece[], ignoreCase: boolean): RegExp {
  const source = pieces
    .map((piece) =>
      piece === ANY ? "[^]*" : piece === ONE ? "[^]" : piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`, ignoreCase ? "i" : "");
}
