import { NotPlayedError } from "../../wire/aws-error.ts";
import { invalidParameter } from "../errors.ts";

/** What an expression may ask about: attributes by name, without the `attribute:` before it. */
export type Attributes = ReadonlyMap<string, string>;
export type Query = (attributes: Attributes) => boolean;

const TOKEN =
  /\s*(==|equals\b|!=|not_equals\b|=~|matches\b|!~|not_matches\b|&&|\|\||[()[\],!]|[^\s()[\],!=]+)/y;
const COMPARISONS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  "==": (value, wanted) => value === wanted,
  equals: (value, wanted) => value === wanted,
  "!=": (value, wanted) => value !== wanted,
  not_equals: (value, wanted) => value !== wanted,
  "=~": (value, wanted) => new RegExp(wanted).test(value),
  matches: (value, wanted) => new RegExp(wanted).test(value),
  "!~": (value, wanted) => !new RegExp(wanted).test(value),
  not_matches: (value, wanted) => !new RegExp(wanted).test(value),
};

/**
 * Reads an expression of the cluster query language as far as attributes of instances go (ECS developer guide,
 * "Cluster query language").
 * @throws AwsError InvalidParameterException for what is no expression
 * @throws NotPlayedError for subjects other than attributes
 */
export function parseQuery(expression: string): Query {
  const tokens = tokenize(expression);
  const parser = new Parser(expression, tokens);
  const query = parser.either();
  parser.end();
  return query;
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (expression.slice(TOKEN.lastIndex).trim() !== "") {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(expression)?.[1];
    if (token === undefined) throw invalidExpression(expression, expression.slice(at));
    tokens.push(token);
  }
  return tokens;
}

function invalidExpression(expression: string, near: string) {
  return invalidParameter(`Invalid expression "${expression}" near "${near}".`);
}

/** `a or b`, where each is `a and b`, where each is `not a`, `(…)` or a comparison. */
class Parser {
  readonly #expression: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(expression: string, tokens: readonly string[]) {
    this.#expression = expression;
    this.#tokens = tokens;
  }

  either(): Query {
    const parts = [this.#both()];
    while (this.#skip("or", "||")) parts.push(this.#both());
    return (attributes) => parts.some((part) => part(attributes));
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#problem();
  }

  #both(): Query {
    const parts = [this.#one()];
    while (this.#skip("and", "&&")) parts.push(this.#one());
    return (attributes) => parts.every((part) => part(attributes));
  }

  #one(): Query {
    if (this.#skip("not", "!")) {
      const inner = this.#one();
      return (attributes) => !inner(attributes);
    }
    if (this.#skip("(")) {
      const inner = this.either();
      if (!this.#skip(")")) throw this.#problem();
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Query {
    const subject = this.#next();
    const name = /^attribute:(.+)$/.exec(subject)?.[1];
    if (name === undefined) {
      if (
        /^(task:|taskDefinition|ec2InstanceId|agentConnected|registeredAt|runningTasksCount)/.test(subject)
      ) {
        throw new NotPlayedError(`ecs placement expression on ${subject}`);
      }
      throw invalidExpression(this.#expression, subject);
    }
    if (this.#skip("exists")) return (attributes) => attributes.has(name);
    if (this.#skip("!exists", "not_exists")) return (attributes) => !attributes.has(name);
    const negated = this.#tokens[this.#at] === "not_in" || this.#tokens[this.#at] === "!in";
    if (this.#skip("in", "not_in", "!in")) {
      const list = this.#list();
      return (attributes) => {
        const value = attributes.get(name);
        return value === undefined ? negated : list.includes(value) !== negated;
      };
    }
    const operator = this.#next();
    const compare = COMPARISONS[operator];
    if (!compare) throw invalidExpression(this.#expression, operator);
    const wanted = unquoted(this.#next());
    return (attributes) => {
      const value = attributes.get(name);
      return value === undefined ? operator === "!=" || operator === "not_equals" : compare(value, wanted);
    };
  }

  #list(): string[] {
    if (!this.#skip("[")) throw this.#problem();
    const items = [unquoted(this.#next())];
    while (this.#skip(",")) items.push(unquoted(this.#next()));
    if (!this.#skip("]")) throw this.#problem();
    return items;
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.#problem();
    this.#at += 1;
    return token;
  }

  #skip(...wanted: string[]): boolean {
    if (!wanted.includes(this.#tokens[this.#at] ?? "")) return false;
    this.#at += 1;
    return true;
  }

  #problem() {
    return invalidExpression(this.#expression, this.#tokens[this.#at] ?? "its end");
  }
}

function unquoted(token: string): string {
  return token.replace(/^(["'])(.*)\1$/, "$2");
}
