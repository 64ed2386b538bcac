/**
 * JSON with places: event patterns are read with it, because AWS's reasons name the line and column, and because
 * the order of keys decides which of two patterns for one field counts.
 */
export type LocatedNode =
  | {
      readonly kind: "object";
      readonly entries: readonly LocatedEntry[];
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: "array";
      readonly items: readonly LocatedNode[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "string"; readonly value: string; readonly start: number; readonly end: number }
  | { readonly kind: "number"; readonly value: number; readonly start: number; readonly end: number }
  | {
      readonly kind: "literal";
      readonly value: boolean | null;
      readonly start: number;
      readonly end: number;
    };

export interface LocatedEntry {
  readonly name: string;
  readonly value: LocatedNode;
}

/** Text that is not JSON. `offset` is where reading stopped. */
export class JsonTextError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = "JsonTextError";
    this.offset = offset;
  }
}

const MAX_DEPTH = 500;
const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$]+/uy;
const SPACE = /[ \t\r\n]*/y;

/** @throws JsonTextError */
export function parseLocatedJson(text: string): LocatedNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

class Reader {
  private offset = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): LocatedNode {
    if (depth > MAX_DEPTH)
      throw new JsonTextError(`Document nesting depth exceeds ${MAX_DEPTH}`, this.offset);
    const next = this.peek();
    if (next === "{") return this.object(depth);
    if (next === "[") return this.array(depth);
    if (next === '"') return this.string();
    const start = this.offset;
    const number = this.match(NUMBER);
    if (number !== undefined) {
      return { kind: "number", value: Number(number), start, end: this.offset };
    }
    const word = this.match(WORD);
    if (word === "true" || word === "false") {
      return { kind: "literal", value: word === "true", start, end: this.offset };
    }
    if (word === "null") return { kind: "literal", value: null, start, end: this.offset };
    if (word !== undefined) {
      throw new JsonTextError(`Unrecognized token '${word}': was expecting ${TOKENS}`, this.offset);
    }
    throw this.unexpected("a valid value");
  }

  end(): void {
    if (this.peek() !== "") throw this.unexpected("end of input");
  }

  private object(depth: number): LocatedNode {
    const start = this.offset++;
    const entries: LocatedEntry[] = [];
    if (this.peek() === "}") return { kind: "object", entries, start, end: ++this.offset };
    for (;;) {
      if (this.peek() !== '"') throw this.unexpected("double-quote to start field name");
      const { value: name } = this.string();
      if (this.peek() !== ":") throw this.unexpected("a colon to separate field name and value");
      this.offset++;
      entries.push({ name, value: this.value(depth + 1) });
      const next = this.peek();
      if (next === "}") return { kind: "object", entries, start, end: ++this.offset };
      if (next !== ",") throw this.unexpected("comma to separate Object entries");
      this.offset++;
    }
  }

  private array(depth: number): LocatedNode {
    const start = this.offset++;
    const items: LocatedNode[] = [];
    if (this.peek() === "]") return { kind: "array", items, start, end: ++this.offset };
    for (;;) {
      items.push(this.value(depth + 1));
      const next = this.peek();
      if (next === "]") return { kind: "array", items, start, end: ++this.offset };
      if (next !== ",") throw this.unexpected("comma to separate Array entries");
      this.offset++;
    }
  }

  private string(): LocatedNode & { kind: "string" } {
    const start = this.offset;
    const token = this.match(STRING);
    if (token === undefined) throw new JsonTextError("Unexpected end-of-input in a string", this.text.length);
    try {
      return { kind: "string", value: JSON.parse(token) as string, start, end: this.offset };
    } catch {
      throw new JsonTextError(`Illegal character or escape in string ${token}`, start + 1);
    }
  }

  private peek(): string {
    this.match(SPACE);
    return this.text[this.offset] ?? "";
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.offset += found.length;
    return found;
  }

  private unexpected(wanted: string): JsonTextError {
    const found = this.text[this.offset];
    if (found === undefined) return new JsonTextError("Unexpected end-of-input", this.offset);
    return new JsonTextError(
      `Unexpected character ('${found}' (code ${found.charCodeAt(0)})): was expecting ${wanted}`,
      this.offset,
    );
  }
}
