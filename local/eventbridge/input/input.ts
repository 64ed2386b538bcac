import { AwsError } from "../../wire/aws-error.ts";
import type { EventEnvelope } from "../event.ts";
import { compileJsonPath, type JsonPath } from "./json-path.ts";
import { fillTemplate, isJson, isWellFormed, parseTemplate, type Template } from "./template.ts";

/** The part of a target that decides what it is sent; at most one member. */
export interface InputSpec {
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | {
        readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
        readonly InputTemplate: string;
      }
    | undefined;
}

export interface InputContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When EventBridge took the event, as ISO 8601 text. */
  readonly ingestionTime: string;
}

/** What a target is sent for an event, as text. @throws InvalidInputError */
export type InputTransform = (event: EventEnvelope, context: InputContext) => string;

/** A structured template whose result is no JSON: AWS does not deliver it. */
export class InvalidInputError extends Error {
  constructor(text: string) {
    super(`The input template does not give JSON for this event: ${text.slice(0, 200)}`);
    this.name = "InvalidInputError";
  }
}

const RESERVED = new Set([
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
]);

/** EventBridge user guide, input transformation. */
const MAX_VARIABLES = 100;

/**
 * Compiles what a target wants to be sent.
 * @throws AwsError ValidationException naming the target, as PutTargets answers
 */
export function compileInput(spec: InputSpec, targetId: string): InputTransform {
  const { Input: constant, InputPath: path, InputTransformer: transformer } = spec;
  if ([constant, path, transformer].filter((member) => member !== undefined).length > 1) {
    throw invalid(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${targetId}.`,
    );
  }
  if (constant !== undefined) {
    if (!isJson(constant)) throw invalid(`JSON syntax error in input for target ${targetId}.`);
    return () => constant;
  }
  if (path !== undefined) {
    const read = requirePath(path, `InputPath for target ${targetId}`);
    return (event) => JSON.stringify(read(event) ?? null);
  }
  if (transformer !== undefined) {
    return transform(
      compileVariables(transformer.InputPathsMap ?? {}, targetId),
      transformer.InputTemplate,
      targetId,
    );
  }
  return (event) => JSON.stringify(event);
}

function transform(
  variables: ReadonlyMap<string, JsonPath>,
  source: string,
  targetId: string,
): InputTransform {
  const template: Template = parseTemplate(source);
  for (const piece of template.pieces) {
    if (piece.kind === "variable" && !variables.has(piece.name) && !RESERVED.has(piece.name)) {
      throw invalid(`InputTemplate for target ${targetId} contains invalid placeholder ${piece.name}.`);
    }
  }
  if (!isWellFormed(template)) throw invalid(`Invalid InputTemplate for target ${targetId} : ${source}`);
  return (event, context) => {
    const text = fillTemplate(template, (name) => {
      const path = variables.get(name);
      return path === undefined ? reserved(name, event, context) : path(event);
    });
    if (template.structured && !isJson(text)) throw new InvalidInputError(text);
    return text;
  };
}

function compileVariables(paths: Readonly<Record<string, string>>, targetId: string): Map<string, JsonPath> {
  const entries = Object.entries(paths);
  if (entries.length > MAX_VARIABLES) {
    throw invalid(`InputPathsMap for target ${targetId} has more than ${MAX_VARIABLES} variables.`);
  }
  return new Map(
    entries.map(([name, path]) => {
      if (/^aws\./i.test(name)) {
        throw invalid(`InputPathsMap for target ${targetId} contains reserved variable ${name}.`);
      }
      if (!/^[\w.-]+$/.test(name)) {
        throw invalid(`InputPathsMap for target ${targetId} contains invalid variable ${name}.`);
      }
      return [name, requirePath(path, `InputPathsMap for target ${targetId}`)];
    }),
  );
}

function requirePath(path: string, where: string): JsonPath {
  const compiled = compileJsonPath(path);
  if (compiled === undefined) throw invalid(`${where} is not valid: ${path} is not a supported JSON path.`);
  return compiled;
}

function reserved(name: string, event: EventEnvelope, context: InputContext): unknown {
  switch (name) {
    case "aws.events.rule-arn":
      return context.ruleArn;
    case "aws.events.rule-name":
      return context.ruleName;
    case "aws.events.event.ingestion-time":
      return context.ingestionTime;
    case "aws.events.event": {
      // Without its detail, and with a key that has no dash: so AWS delivers it.
      const { detail: _detail, "detail-type": detailType, ...rest } = event;
      return { ...rest, detailType };
    }
    default:
      return event;
  }
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
