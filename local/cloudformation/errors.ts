import { z } from "zod";

/** A template that CloudFormation would refuse; `path` is the place, e.g. `Resources.Queue.Properties.QueueName`. */
export class TemplateError extends Error {
  readonly reason: string;
  readonly path: readonly string[] | undefined;

  constructor(reason: string, path?: readonly string[]) {
    super(path === undefined || path.length === 0 ? reason : `${path.join(".")}: ${reason}`);
    this.name = "TemplateError";
    this.reason = reason;
    this.path = path;
  }
}

/** Runs what throws TemplateErrors without a place, and gives them one. The innermost place stays. */
export function withPlace<Result>(path: readonly string[], run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateError && error.path === undefined) {
      throw new TemplateError(error.reason, path);
    }
    throw error;
  }
}

/** Resources that wait for each other. */
export class CircularDependencyError extends Error {
  /** Logical ids; each needs the next, the last is the first again. */
  readonly cycle: readonly string[];

  constructor(cycle: readonly string[]) {
    super(`Circular dependency between resources: ${cycle.join(" → ")}`);
    this.name = "CircularDependencyError";
    this.cycle = cycle;
  }
}

/** Thrown by a resource player that knows which property is at fault. */
export class PropertyError extends Error {
  /** Path below `Properties`, e.g. `Code.S3Key`. */
  readonly property: string;

  constructor(property: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "PropertyError";
    this.property = property;
  }
}

/** A resource could not be played; what failed is the `cause`. */
export class ResourceFailedError extends Error {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly constructPath: string | undefined;
  /** Path below `Properties`, when the cause tells. */
  readonly property: string | undefined;

  constructor(
    resource: { stackName: string; logicalId: string; type: string; constructPath: string | undefined },
    cause: unknown,
  ) {
    const property = propertyOf(cause);
    const where = resource.constructPath === undefined ? "" : ` (${resource.constructPath})`;
    const what = property === undefined ? "" : `, property ${property}`;
    super(
      `${resource.type} ${resource.logicalId}${where} of stack ${resource.stackName}${what}: ${reasonOf(cause)}`,
      { cause },
    );
    this.name = "ResourceFailedError";
    this.stackName = resource.stackName;
    this.logicalId = resource.logicalId;
    this.type = resource.type;
    this.constructPath = resource.constructPath;
    this.property = property;
  }
}

function propertyOf(cause: unknown): string | undefined {
  if (cause instanceof PropertyError) return cause.property;
  if (cause instanceof z.ZodError) {
    const [issue] = cause.issues;
    const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    return [...(issue?.path ?? []), ...unknown].join(".") || undefined;
  }
  if (cause instanceof TemplateError && cause.path?.[2] === "Properties") {
    const below = cause.path.slice(3);
    const intrinsic = below.findIndex((step) => step === "Ref" || step.startsWith("Fn::"));
    return below.slice(0, intrinsic < 0 ? undefined : intrinsic).join(".") || undefined;
  }
  return undefined;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof z.ZodError) return z.prettifyError(cause);
  if (cause instanceof TemplateError) return cause.reason;
  return cause instanceof Error ? cause.message : String(cause);
}

/** A stack could not be played for a fault outside its resources: parameters, conditions, order, outputs. */
export class StackFailedError extends Error {
  readonly stackName: string;

  constructor(stackName: string, cause: unknown) {
    super(`Stack ${stackName}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "StackFailedError";
    this.stackName = stackName;
  }
}
