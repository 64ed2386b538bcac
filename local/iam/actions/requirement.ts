import type { Realm } from "../../wire/realm.ts";

/** One question that a call puts to IAM; a call is allowed when each of its questions is. */
export interface Requirement {
  /** As the Service Authorization Reference writes it, e.g. `s3:GetObject`. */
  readonly action: string;
  /** ARN, or `*` where the action has no resource. */
  readonly resource: string;
  /** Condition keys beside the global ones. */
  readonly context?: RequirementContext;
}

export type RequirementContext = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an operation's input alone does not say. */
export interface ResourceFacts {
  readonly realm: Realm;
  /** By family, `family:revision` or ARN. */
  taskDefinition(reference: string): TaskDefinitionFacts | undefined;
  /** By name, ARN or partial ARN. */
  secretArn(secretId: string): string | undefined;
  /** The function that an event source mapping feeds. */
  mappedFunctionArn(uuid: string): string | undefined;
  /** The Auto Scaling group that an instance is in. */
  autoScalingGroupOf(ec2InstanceId: string): string | undefined;
  /** Queues whose redrive policy names a dead-letter queue. */
  sourceQueueArns(deadLetterArn: string): readonly string[];
}

export interface TaskDefinitionFacts {
  readonly taskDefinitionArn: string;
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
}

/** The questions of one operation, from its input as the operation itself reads it. */
export type ActionMapping = (input: Input, facts: ResourceFacts) => readonly Requirement[];

/** A service's operations by name. */
export type ActionMappings = Readonly<Record<string, ActionMapping>>;

/** An operation's input: its schema has checked it, so a member that is read here has the type that is read. */
// biome-ignore lint/suspicious/noExplicitAny: each service's schema, which the mapping's test runs beside it, is its type
export type Input = any;

/** One question. */
export function on(action: string, resource: string, context?: RequirementContext): readonly Requirement[] {
  return [context === undefined ? { action, resource } : { action, resource, context }];
}

/** Condition keys of a call that gives tags. (IAM user guide, aws:RequestTag and aws:TagKeys) */
export function tagContext(tags: Readonly<Record<string, string>>): RequirementContext {
  const given = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  return given.length === 0 ? {} : { ...Object.fromEntries(given), "aws:TagKeys": Object.keys(tags) };
}

/** Tags as most APIs take them: `[{ Key, Value }]`. */
export function tagsOf(
  list: readonly { Key: string; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value ?? ""]));
}
