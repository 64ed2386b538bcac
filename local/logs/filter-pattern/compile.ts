import { NotPlayedError } from "../../wire/aws-error.ts";
import { matchesCondition } from "./json-condition.ts";
import { type JsonExpression, parseJsonPattern } from "./json-pattern.ts";
import { matchesTerms, parseTerms } from "./terms.ts";

/** Whether an event's message is wanted. */
export type MessageFilter = (message: string) => boolean;

/**
 * A filter pattern of FilterLogEvents, ready to be asked.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws AwsError InvalidParameterException for what is no filter pattern
 * @throws NotPlayedError for space-delimited patterns and regular expressions
 */
export function compileFilterPattern(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("[")) throw new NotPlayedError(`logs: a space-delimited filter pattern (${text})`);
  if (text.startsWith("{")) {
    const expression = parseJsonPattern(text);
    return (message) => {
      const document = parseObject(message);
      return document !== undefined && evaluate(expression, document);
    };
  }
  const terms = parseTerms(text);
  return (message) => matchesTerms(terms, message);
}

function parseObject(message: string): object | undefined {
  // Most lines that are no JSON are told by their first character, far cheaper than by an exception.
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}

function evaluate(expression: JsonExpression, document: object): boolean {
  switch (expression.kind) {
    case "and":
      return expression.operands.every((operand) => evaluate(operand, document));
    case "or":
      return expression.operands.some((operand) => evaluate(operand, document));
    case "condition":
      return matchesCondition(expression.condition, document);
  }
}
