import { z } from "zod";

/** A policy as IAM stores it: elements that may be one value or many are lists here. */
export interface PolicyDocument {
  /** Policy variables are replaced from 2012-10-17 on; before they are plain text. */
  readonly version: "2012-10-17" | "2008-10-17";
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  /** Undefined in a trust policy, whose resource is its role. */
  readonly resources: Patterns | undefined;
  /** Undefined in an identity policy, whose principal is its owner. */
  readonly principals: Principals | undefined;
  readonly conditions: readonly Condition[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

export interface Principals {
  readonly negated: boolean;
  /** By kind: `AWS`, `Service`, `Federated`, `CanonicalUser`; `"*"` alone is everyone, as `AWS: "*"` is. */
  readonly byKind: Readonly<Record<string, readonly string[]>>;
}

export interface Condition {
  /** As written, e.g. `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A document with the name that decisions and reports call it by. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A policy that IAM would refuse as malformed. */
export class MalformedPolicyError extends Error {
  readonly policyName: string;

  constructor(policyName: string, reason: string) {
    super(`Policy ${policyName} is malformed: ${reason}`);
    this.name = "MalformedPolicyError";
    this.policyName = policyName;
  }
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const list = z.union([scalar.transform((value) => [value]), z.array(scalar)]);
const principal = z.union([
  z.literal("*").transform(() => ({ AWS: ["*"] })),
  z.partialRecord(z.enum(["AWS", "Service", "Federated", "CanonicalUser"]), list),
]);

const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Action: list.optional(),
    NotAction: list.optional(),
    Resource: list.optional(),
    NotResource: list.optional(),
    Principal: principal.optional(),
    NotPrincipal: principal.optional(),
    Condition: z.record(z.string(), z.record(z.string(), list)).optional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), {
    error: "needs Action or NotAction, and one of them only",
  })
  .refine(({ Resource, NotResource }) => Resource === undefined || NotResource === undefined, {
    error: "takes Resource or NotResource, not both",
  })
  .refine(({ Principal, NotPrincipal }) => Principal === undefined || NotPrincipal === undefined, {
    error: "takes Principal or NotPrincipal, not both",
  })
  .transform(
    (raw): Statement => ({
      sid: raw.Sid,
      effect: raw.Effect,
      actions: { negated: raw.Action === undefined, patterns: raw.Action ?? raw.NotAction ?? [] },
      resources: either(raw.Resource, raw.NotResource, (negated, patterns) => ({ negated, patterns })),
      principals: either(raw.Principal, raw.NotPrincipal, (negated, byKind) => ({ negated, byKind })),
      conditions: Object.entries(raw.Condition ?? {}).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
      ),
    }),
  );

const policyDocument = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).default("2008-10-17"),
  Id: z.string().optional(),
  // Not a union of one and many, whose errors would not say what is wrong inside.
  Statement: z.preprocess((raw) => (Array.isArray(raw) ? raw : [raw]), z.array(statement)),
});

function either<Value, Result>(
  plain: Value | undefined,
  negated: Value | undefined,
  make: (negated: boolean, value: Value) => Result,
): Result | undefined {
  if (plain !== undefined) return make(false, plain);
  return negated === undefined ? undefined : make(true, negated);
}

/**
 * Reads a policy, given as an object or as JSON text.
 * @throws MalformedPolicyError naming the policy and the element
 */
export function parsePolicy(name: string, source: unknown): NamedPolicy {
  let raw = source;
  if (typeof source === "string") {
    try {
      raw = JSON.parse(source);
    } catch {
      throw new MalformedPolicyError(name, "it is not JSON");
    }
  }
  const parsed = policyDocument.safeParse(raw);
  if (!parsed.success) throw new MalformedPolicyError(name, z.prettifyError(parsed.error));
  return { name, document: { version: parsed.data.Version, statements: parsed.data.Statement } };
}
