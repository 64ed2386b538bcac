import { describe, expect, it } from "vitest";
import { type AccessRequest, RequestContext } from "../../../local/iam/access-request.ts";
import { contextOf } from "../../../local/iam/caller.ts";
import { type Decision, evaluate } from "../../../local/iam/evaluate.ts";
import { type NamedPolicy, parsePolicy } from "../../../local/iam/policy-document.ts";

const roleArn = "arn:aws:iam::000000000000:role/worker";
const sessionArn = "arn:aws:sts::000000000000:assumed-role/worker/me";
const role = { kind: "role", roleArn, sessionArn } as const;
const queue = "arn:aws:sqs:us-east-1:000000000000:jobs";

type Context = Readonly<Record<string, string | readonly string[]>>;
const policy = (name: string, ...Statement: object[]) =>
  parsePolicy(name, { Version: "2012-10-17", Statement });
const allow = (more: object = {}) => ({ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*", ...more });
const request = (more: Partial<AccessRequest> = {}, context: Context = {}): AccessRequest => ({
  action: "sqs:SendMessage",
  resource: queue,
  principal: role,
  context: new RequestContext(context),
  ...more,
});
const short = (decision: Decision) => (decision.decision === "allowed" ? "allowed" : decision.kind);
const identity = (...Statement: object[]) => [policy("own", ...Statement)];

describe("a decision explains itself", () => {
  it("names the statement that allows", () => {
    const decision = evaluate({ request: request(), identityPolicies: identity(allow({ Sid: "Send" })) });
    expect(decision).toEqual({ decision: "allowed", by: { policy: "own", statement: "Send" } });
  });

  it("names the statement that denies, whatever else allows", () => {
    const decision = evaluate({
      request: request(),
      identityPolicies: identity(allow()),
      resourcePolicy: policy("queue policy", allow({ Principal: "*" }), {
        ...allow({ Principal: "*" }),
        Effect: "Deny",
      }),
    });
    expect(decision).toEqual({
      decision: "denied",
      kind: "explicit",
      by: { policy: "queue policy", statement: "1" },
      reason: "with an explicit deny in a resource-based policy: queue policy (statement 1)",
    });
  });

  it("says which kind of policy is missing", () => {
    const reason = (input: Parameters<typeof evaluate>[0]) => {
      const decision = evaluate(input);
      return decision.decision === "denied" ? decision.reason : "allowed";
    };
    const identityPolicies = identity(allow());
    expect(reason({ request: request(), identityPolicies: [] })).toContain("no identity-based policy");
    const permissionsBoundary = policy("boundary", allow({ Action: "s3:*" }));
    expect(reason({ request: request(), identityPolicies, permissionsBoundary })).toContain(
      "no permissions boundary",
    );
    const sessionPolicy = policy("session", allow({ Action: "s3:*" }));
    expect(reason({ request: request(), identityPolicies, sessionPolicy })).toContain("no session policy");
    const service = request({ principal: { kind: "service", service: "events.amazonaws.com" } });
    expect(reason({ request: service, identityPolicies })).toContain("no resource-based policy");
  });
});

describe("a resource policy", () => {
  const boundary = policy("boundary", allow({ Action: "s3:*" }));
  it.each([
    ["everyone", "*", "allowed", "allowed"],
    ["the session", { AWS: sessionArn }, "allowed", "allowed"],
    ["the role", { AWS: roleArn }, "allowed", "implicit"],
    ["the account, which asks the role's own policies", { AWS: "000000000000" }, "implicit", "implicit"],
    ["another role", { AWS: `${roleArn}-2` }, "implicit", "implicit"],
    ["a service", { Service: "events.amazonaws.com" }, "implicit", "implicit"],
  ])("that lets in %s", (_name, Principal, plain, bounded) => {
    const resourcePolicy = policy("queue policy", allow({ Principal }));
    expect(short(evaluate({ request: request(), identityPolicies: [], resourcePolicy }))).toBe(plain);
    const limited = {
      request: request(),
      identityPolicies: [],
      resourcePolicy,
      permissionsBoundary: boundary,
    };
    expect(short(evaluate(limited))).toBe(bounded);
  });

  it("lets a service in for the resource that it names", () => {
    const rule = "arn:aws:events:us-east-1:000000000000:rule/uploads";
    const resourcePolicy = policy(
      "queue policy",
      allow({
        Principal: { Service: "events.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": rule } },
      }),
    );
    const from = (service: string, sourceArn: string) => {
      const principal = { kind: "service", service } as const;
      const context = contextOf(principal, { region: "us-east-1", now: 0, sourceArn });
      return short(
        evaluate({ request: request({ principal, context }), identityPolicies: [], resourcePolicy }),
      );
    };
    expect(from("events.amazonaws.com", rule)).toBe("allowed");
    expect(from("events.amazonaws.com", `${rule}-2`)).toBe("implicit");
    expect(from("sns.amazonaws.com", rule)).toBe("implicit");
  });

  it("that wants TLS does not shut out a client of the local endpoint", () => {
    const resourcePolicy = policy("queue policy", {
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    const context = contextOf(role, { region: "us-east-1", now: 0 });
    const input = { request: request({ context }), identityPolicies: identity(allow()), resourcePolicy };
    expect(short(evaluate(input))).toBe("allowed");
  });

  it("takes everyone but those in NotPrincipal", () => {
    const deny = (arn: string): NamedPolicy =>
      policy("queue policy", { ...allow({ NotPrincipal: { AWS: [arn, "000000000000"] } }), Effect: "Deny" });
    const decide = (resourcePolicy: NamedPolicy, more: object = {}) =>
      short(evaluate({ request: request(), identityPolicies: identity(allow()), resourcePolicy, ...more }));
    expect(decide(deny(roleArn))).toBe("allowed");
    const other = policy("queue policy", {
      ...allow({ NotPrincipal: { AWS: `${roleArn}-2` } }),
      Effect: "Deny",
    });
    expect(decide(other)).toBe("explicit");
    expect(decide(deny(roleArn), { permissionsBoundary: policy("boundary", allow()) })).toBe("explicit");
  });

  it("is needed where the caller's own policies are not enough", () => {
    const decide = (Principal: object, identityPolicies: NamedPolicy[]) =>
      short(
        evaluate({
          request: request(),
          identityPolicies,
          resourcePolicy: policy("trust", allow({ Principal })),
          resourcePolicyRequired: true,
        }),
      );
    expect(decide({ AWS: `${roleArn}-2` }, identity(allow()))).toBe("implicit");
    expect(decide({ AWS: "000000000000" }, identity(allow()))).toBe("allowed");
    expect(decide({ AWS: "000000000000" }, [])).toBe("implicit");
    expect(decide({ AWS: roleArn }, [])).toBe("allowed");
  });
});

describe("a condition", () => {
  // What the oracle's random cases leave out, because AWS is clear and the oracle is not, or the case is rare.
  it.each<[string, object, Context, boolean]>([
    [
      "an IPv6 address is outside an IPv4 range",
      { NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
      { "aws:SourceIp": "2001:db8::1" },
      true,
    ],
    [
      "an IPv6 range",
      { IpAddress: { "aws:SourceIp": "2001:db8::/32" } },
      { "aws:SourceIp": "2001:db8:1::9" },
      true,
    ],
    [
      "an escaped asterisk is an asterisk",
      { StringEquals: { "aws:UserAgent": "a\u0024{*}b" } },
      { "aws:UserAgent": "a*b" },
      true,
    ],
    [
      "an escaped asterisk is no wildcard",
      { StringLike: { "aws:UserAgent": "a\u0024{*}b" } },
      { "aws:UserAgent": "axb" },
      false,
    ],
    [
      "a variable's value is no wildcard",
      { StringLike: { "aws:UserAgent": "\u0024{aws:PrincipalTag/team}" } },
      { "aws:UserAgent": "anyone", "aws:PrincipalTag/team": "*" },
      false,
    ],
    [
      "a variable without a value",
      { StringLike: { "aws:UserAgent": "\u0024{aws:PrincipalTag/team}" } },
      { "aws:UserAgent": "x" },
      false,
    ],
    [
      "a variable's default",
      { StringLike: { "aws:UserAgent": "\u0024{aws:PrincipalTag/team, 'x'}" } },
      { "aws:UserAgent": "x" },
      true,
    ],
    [
      "binary",
      { BinaryEquals: { "aws:PrincipalTag/key": "QmluYXJ5" } },
      { "aws:PrincipalTag/key": "QmluYXJ5" },
      true,
    ],
    ["a key that has to be missing", { Null: { "aws:SourceArn": "true" } }, {}, true],
    ["a key that has to be there", { Null: { "aws:SourceArn": "false" } }, {}, false],
    [
      "text where a number belongs",
      { NumericEquals: { "s3:max-keys": "ten" } },
      { "s3:max-keys": "ten" },
      false,
    ],
    [
      "seconds as a date",
      { DateLessThan: { "aws:CurrentTime": "1900000000" } },
      { "aws:CurrentTime": "2030-01-01T00:00:00Z" },
      true,
    ],
    [
      "all keys of several conditions",
      { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:UserAgent": "x" } },
      { "aws:SecureTransport": "true" },
      false,
    ],
    [
      "every value within the list",
      { "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b"] } },
      { "aws:TagKeys": ["a", "c"] },
      false,
    ],
    [
      "an operator that IAM does not have",
      { StringMatches: { "aws:UserAgent": "x" } },
      { "aws:UserAgent": "x" },
      false,
    ],
  ])("on %s", (_name, Condition, context, holds) => {
    const decision = evaluate({
      request: request({}, context),
      identityPolicies: identity(allow({ Condition })),
    });
    expect(short(decision)).toBe(holds ? "allowed" : "implicit");
  });

  it("takes a variable for plain text in a policy of the old version", () => {
    const old = parsePolicy("old", {
      Version: "2008-10-17",
      Statement: allow({ Resource: "arn:aws:sqs:us-east-1:000000000000:\u0024{aws:userid}" }),
    });
    const context = { "aws:userid": "jobs" };
    expect(short(evaluate({ request: request({}, context), identityPolicies: [old] }))).toBe("implicit");
  });
});

describe("a malformed policy", () => {
  it.each([
    ["no JSON", "{", "it is not JSON"],
    ["no action", { Statement: { Effect: "Allow", Resource: "*" } }, "needs Action or NotAction"],
    ["an unknown element", { Statement: { ...allow(), Ressource: "*" } }, "Ressource"],
    ["an unknown effect", { Statement: { ...allow(), Effect: "Maybe" } }, "Effect"],
    ["an unknown version", { Version: "2020-01-01", Statement: allow() }, "Version"],
  ])("is named with what is wrong: %s", (_name, source, reason) => {
    expect(() => parsePolicy("mine", source)).toThrow(/^Policy mine is malformed/);
    expect(() => parsePolicy("mine", source)).toThrow(reason);
  });
});
