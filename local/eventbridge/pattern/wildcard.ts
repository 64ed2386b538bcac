import { PatternReason } from "./pattern-error.ts";

/** A character of a wildcard pattern; null is `*`. */
type Token = string | null;

/**
 * How many ways of reading one text a pattern may leave open at once. AWS refuses complex wildcards without
 * publishing its measure; this one refuses and takes the examples whose answers are known.
 */
const MAX_COMPLEXITY = 10;
const MAX_EXPLORED = 2_000;

/**
 * Compiles a wildcard pattern: `*` stands for any characters, `\*` and `\\` for themselves.
 * @param offset end of the pattern's string in the source, for the reason
 * @throws PatternReason for consecutive wildcards, other escapes, and patterns that AWS calls too complex
 */
export function compileWildcard(pattern: string, offset: number): (text: string) => boolean {
  const tokens = tokenize(pattern, offset);
  if (complexity(tokens) > MAX_COMPLEXITY) {
    throw new PatternReason(
      "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
    );
  }
  const parts = literals(tokens);
  const [head = "", ...rest] = parts;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let from = head.length;
    for (const part of rest) {
      const at = text.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= end;
  };
}

function tokenize(pattern: string, offset: number): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? "";
    const next = pattern[index + 1];
    // AWS counts bytes, and from the quote before the text.
    const position = () => Buffer.byteLength(pattern.slice(0, index)) + 1;
    if (character === "*") {
      if (next === "*") {
        throw new PatternReason(`Consecutive wildcard characters at pos ${position()}`, offset);
      }
      tokens.push(null);
    } else if (character === "\\") {
      if (next !== "*" && next !== "\\") {
        throw new PatternReason(`Invalid escape character at pos ${position()}`, offset);
      }
      tokens.push(next);
      index++;
    } else {
      tokens.push(character);
    }
  }
  return tokens;
}

/** The texts between wildcards; one more than there are wildcards. */
function literals(tokens: readonly Token[]): string[] {
  const parts = [""];
  for (const token of tokens) {
    if (token === null) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** The largest number of places in the pattern where reading some text can stand at once. */
function complexity(tokens: readonly Token[]): number {
  const alphabet = new Set(tokens.filter((token) => token !== null));
  let largest = 0;
  const seen = new Set<string>();
  const queue = [closure([0], tokens)];
  for (let states = queue.shift(); states !== undefined; states = queue.shift()) {
    const key = states.join();
    if (seen.has(key) || seen.size > MAX_EXPLORED) continue;
    seen.add(key);
    largest = Math.max(largest, states.length);
    if (largest > MAX_COMPLEXITY) return largest;
    for (const character of alphabet) queue.push(closure(step(states, character, tokens), tokens));
  }
  return largest;
}

function step(states: readonly number[], character: string, tokens: readonly Token[]): number[] {
  return states.flatMap((state) => {
    if (tokens[state] === null) return [state];
    return tokens[state] === character ? [state + 1] : [];
  });
}

/** A wildcard may also stand for nothing. */
function closure(states: readonly number[], tokens: readonly Token[]): number[] {
  const all = new Set<number>();
  for (let state of states) {
    all.add(state);
    while (tokens[state] === null) all.add(++state);
  }
  return [...all].sort((a, b) => a - b);
}
