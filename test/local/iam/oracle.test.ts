import { runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestContext, type RequestPrincipal } from "../../../local/iam/access-request.ts";
import { evaluate } from "../../../local/iam/evaluate.ts";
import { parsePolicy } from "../../../local/iam/policy-document.ts";

// Draws policies and requests, and wants the decision of @cloud-copilot/iam-simulate from ours.

const ACCOUNT = "000000000000";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/me`;

const resources = {
  sqs: [`arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`, `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs-dead`],
  s3: ["arn:aws:s3:::uploads/csv/a b.csv", "arn:aws:s3:::uploads/me/x", "arn:aws:s3:::results/csv/a"],
  dynamodb: [`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/jobs`],
} as const;
const actions = {
  sqs: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
  s3: ["s3:GetObject", "s3:PutObject"],
  dynamodb: ["dynamodb:PutItem", "dynamodb:Query"],
} as const;

const request = fc.constantFrom("sqs" as const, "s3" as const, "dynamodb" as const).chain((service) =>
  fc.record({
    action: fc.constantFrom(...actions[service]),
    resource: fc.constantFrom<string>(...resources[service]),
  }),
);

const context = fc.record(
  {
    "aws:SourceIp": fc.constantFrom("10.1.2.3", "192.168.0.1"),
    "aws:SourceArn": fc.constantFrom(
      `arn:aws:events:us-east-1:${ACCOUNT}:rule/uploads`,
      `arn:aws:sns:eu-west-1:${ACCOUNT}:alerts`,
    ),
    "aws:CurrentTime": fc.constantFrom("2030-01-01T00:00:00Z", "2030-06-01T12:00:00Z"),
    "aws:EpochTime": fc.constantFrom("1893456000", "1900000000"),
    "aws:SecureTransport": fc.constantFrom("true", "false"),
    "aws:UserAgent": fc.constantFrom("aws-cli/2", "me", "Me"),
    "aws:RequestedRegion": fc.constantFrom("us-east-1", "eu-west-1"),
    "aws:CalledVia": fc.subarray(["athena.amazonaws.com", "cloudformation.amazonaws.com"], { minLength: 1 }),
  },
  { requiredKeys: [] },
);

const text = fc.constantFrom("me", "Me", "m?", "a*", "aws-cli/2", `\${aws:UserAgent}`, "us-east-1");
const region = fc.constantFrom("us-east-1", "eu-*", "US-EAST-1", "us-east-?");
const sourceArn = fc.constantFrom(
  `arn:aws:events:us-east-1:${ACCOUNT}:rule/uploads`,
  `arn:aws:events:*:*:rule/*`,
  `arn:aws:s?s:*:${ACCOUNT}:alerts`,
  "arn:aws:sns:*:*:*",
);
const address = fc.constantFrom("10.0.0.0/8", "10.1.2.3", "192.168.0.0/24");
const moment = fc.constantFrom("2030-01-01T00:00:00Z", "2030-03-01T00:00:00Z", "2031-01-01T00:00:00Z");
const seconds = fc.constantFrom("1893456000", "1896000000", "1900000000");
const service = fc.constantFrom("athena.amazonaws.com", "cloudformation.amazonaws.com", "athena*");

const ifExists = fc.constantFrom("", "IfExists");
function condition(operators: string[], key: string, value: fc.Arbitrary<string>, sets: string[] = [""]) {
  return fc
    .tuple(
      fc.constantFrom(...sets),
      fc.constantFrom(...operators),
      ifExists,
      fc.array(value, { minLength: 1, maxLength: 2 }),
    )
    .map(([set, operator, suffix, values]) => ({ [`${set}${operator}${suffix}`]: { [key]: values } }));
}
const SETS = ["ForAllValues:", "ForAnyValue:"];
const STRINGS = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
];
const COMPARISONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
const conditions = fc.oneof(
  condition(STRINGS, "aws:UserAgent", text),
  condition(STRINGS, "AWS:requestedRegion", region),
  condition(["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], "aws:SourceArn", sourceArn),
  condition(["IpAddress", "NotIpAddress"], "aws:SourceIp", address),
  condition(
    COMPARISONS.map((name) => `Date${name}`),
    "aws:CurrentTime",
    moment,
  ),
  condition(
    COMPARISONS.map((name) => `Numeric${name}`),
    "aws:EpochTime",
    seconds,
  ),
  condition(["Bool"], "aws:SecureTransport", fc.constantFrom("true", "false")),
  condition(STRINGS, "aws:CalledVia", service, SETS),
  fc
    .tuple(fc.constantFrom("aws:SourceArn", "aws:CalledVia"), fc.constantFrom("true", "false"))
    .map(([key, value]) => ({ Null: { [key]: value } })),
);

const someActions = fc.array(
  fc.constantFrom(
    "*",
    "sqs:*",
    "SQS:sendmessage",
    "sqs:*Message",
    "s3:Get*",
    "s3:?etObject",
    "s3:PutObject",
    "dynamodb:*",
  ),
  { minLength: 1, maxLength: 2 },
);
const ALWAYS_RESOLVED = [
  "*",
  `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`,
  "arn:aws:sqs:*:*:jobs*",
  "arn:aws:s3:::uploads/*",
  "arn:aws:s3:::*/csv/*",
  `arn:aws:s3:::uploads/\${aws:UserAgent, 'me'}/?`,
  `arn:aws:dynamodb:*:${ACCOUNT}:table/job?`,
];
const some = (patterns: string[]) => fc.array(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 });
// What NotResource means with a variable that has no value, AWS does not say: it is not drawn.
const resourceElement = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      Resource: some([...ALWAYS_RESOLVED, `arn:aws:s3:::uploads/\${aws:UserAgent}/*`]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ NotResource: some(ALWAYS_RESOLVED) }) },
);
const effect = fc.constantFrom("Allow", "Allow", "Deny");
const statement = fc
  .tuple(
    effect,
    fc.constantFrom("Action", "Action", "Action", "NotAction"),
    someActions,
    resourceElement,
    fc.option(conditions, { nil: undefined }),
  )
  .map(([Effect, actionKey, Action, resource, Condition]) => ({
    Effect,
    [actionKey]: Action,
    ...resource,
    ...(Condition && { Condition }),
  }));

const principals = fc.oneof(
  fc.constant("*"),
  fc.record({
    AWS: fc.constantFrom(
      "*",
      ACCOUNT,
      `arn:aws:iam::${ACCOUNT}:root`,
      ROLE,
      SESSION,
      `arn:aws:iam::${ACCOUNT}:role/other`,
    ),
  }),
  fc.record({ Service: fc.constantFrom("events.amazonaws.com", "sns.amazonaws.com") }),
);
const resourceStatement = fc
  .tuple(statement, principals)
  .map(([rest, Principal]) => ({ ...rest, Principal }));

const policy = (one: fc.Arbitrary<object>, maxLength = 3) =>
  fc.array(one, { minLength: 1, maxLength }).map((Statement) => ({ Version: "2012-10-17", Statement }));

const question = fc.record({
  request,
  context,
  caller: fc.constantFrom("role", "role", "role", "service"),
  identity: fc.array(policy(statement), { maxLength: 2 }),
  resourcePolicy: fc.option(policy(resourceStatement), { nil: undefined }),
  boundary: fc.option(policy(statement), { nil: undefined, freq: 3 }),
});

type Question = typeof question extends fc.Arbitrary<infer Value> ? Value : never;

function ours({ request: asked, context: values, caller, identity, resourcePolicy, boundary }: Question) {
  const principal: RequestPrincipal =
    caller === "role"
      ? { kind: "role", roleArn: ROLE, sessionArn: SESSION }
      : { kind: "service", service: "events.amazonaws.com" };
  return evaluate({
    request: { ...asked, principal, context: new RequestContext(values) },
    identityPolicies: identity.map((document, index) => parsePolicy(`identity ${index}`, document)),
    resourcePolicy: resourcePolicy && parsePolicy("resource", resourcePolicy),
    permissionsBoundary: boundary && parsePolicy("boundary", boundary),
  });
}

async function theirs({
  request: asked,
  context: values,
  caller,
  identity,
  resourcePolicy,
  boundary,
}: Question) {
  const simulation: Simulation = {
    request: {
      principal: caller === "role" ? SESSION : "events.amazonaws.com",
      action: asked.action,
      resource: { resource: asked.resource, accountId: ACCOUNT },
      contextVariables: values as Record<string, string | string[]>,
    },
    identityPolicies:
      caller === "role" ? identity.map((document, index) => ({ name: `${index}`, policy: document })) : [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy,
    ...(boundary &&
      caller === "role" && { permissionBoundaryPolicies: [{ name: "boundary", policy: boundary }] }),
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult;
}

describe("the decision", () => {
  it("is the oracle's for thousands of policies and requests", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(question, async (asked) => {
        const decision = ours(asked);
        const expected = await theirs(asked);
        const got =
          decision.decision === "allowed"
            ? "Allowed"
            : decision.kind === "explicit"
              ? "ExplicitlyDenied"
              : "ImplicitlyDenied";
        seen.set(got, (seen.get(got) ?? 0) + 1);
        expect(got).toBe(expected);
      }),
      { numRuns: Number(process.env.ORACLE_RUNS ?? 3_000) },
    );
    // Each outcome is drawn often enough for the comparison to mean something.
    for (const outcome of ["Allowed", "ExplicitlyDenied", "ImplicitlyDenied"]) {
      expect(seen.get(outcome) ?? 0).toBeGreaterThan(150);
    }
  }, 60_000);
});
