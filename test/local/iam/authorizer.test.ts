import { describe, expect, it } from "vitest";
import { createAuthorizer, type DecisionRecord } from "../../../local/iam/authorizer.ts";
import { createResourcePolicies } from "../../../local/iam/resource-policies.ts";
import { createRoles } from "../../../local/iam/roles.ts";
import { createSessions } from "../../../local/iam/sessions.ts";
import { AwsError } from "../../../local/wire/aws-error.ts";
import type { Caller } from "../../../local/wire/service.ts";
import { facts, realm } from "./actions/asked.ts";

const trust = (Service: string) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" },
});
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:jobs";
const RULE = "arn:aws:events:us-east-1:000000000000:rule/uploads";
const worker: Caller = {
  kind: "role",
  arn: "arn:aws:sts::000000000000:assumed-role/worker/task-1",
  roleArn: "arn:aws:iam::000000000000:role/worker",
};

function setUp(statements: readonly object[], resources: Partial<Record<"bucket" | "queue", object>> = {}) {
  const roles = createRoles(realm);
  const sessions = createSessions(realm);
  const role = roles.putRole(
    { RoleName: "worker", AssumeRolePolicyDocument: trust("ecs-tasks.amazonaws.com") },
    "",
  );
  if (statements.length > 0) {
    const PolicyDocument = { Version: "2012-10-17", Statement: statements };
    roles.putPolicy({ PolicyName: "own", PolicyDocument, Roles: ["worker"] }, "");
  }
  const lines: string[] = [];
  const records: DecisionRecord[] = [];
  const text = (policy: object | undefined) => policy && JSON.stringify(policy);
  const authorizer = createAuthorizer({
    roles,
    sessions,
    facts,
    resourcePolicy: createResourcePolicies({
      bucket: () => text(resources.bucket),
      queue: () => text(resources.queue),
      topic: () => undefined,
      function: () => undefined,
      fileSystem: () => undefined,
    }),
    log: (line) => lines.push(line),
    record: (record) => records.push(record),
  });
  return { authorizer, roles, sessions, role, lines, records };
}

const INPUTS: Readonly<Record<string, [operation: string, input: object]>> = {
  s3: ["GetObject", { bucket: "b", key: "k", query: new URLSearchParams(), headers: {} }],
  dynamodb: ["PutItem", { TableName: "jobs" }],
  sqs: ["SendMessage", { QueueUrl: "http://x/0/jobs" }],
  sns: ["Publish", { TopicArn: "arn:aws:sns:us-east-1:000000000000:alerts" }],
  lambda: ["Invoke", { FunctionName: "f" }],
  ecs: ["ListClusters", {}],
  cloudformation: ["ListStacks", {}],
};

function refusal(run: () => void): AwsError {
  try {
    run();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  return expect.fail("it was allowed");
}

describe("a call of a role that nothing allows", () => {
  const what = (action: string, resource: string) =>
    `User: ${worker.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`;

  it.each([
    ["s3", "AccessDenied", 403, what("s3:GetObject", '"arn:aws:s3:::b/k"')],
    [
      "dynamodb",
      "AccessDeniedException",
      400,
      what("dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:000000000000:table/jobs"),
    ],
    ["sqs", "AccessDenied", 403, what("sqs:sendmessage", QUEUE)],
    ["sns", "AuthorizationError", 403, what("SNS:Publish", "arn:aws:sns:us-east-1:000000000000:alerts")],
    [
      "lambda",
      "AccessDeniedException",
      403,
      what("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:000000000000:function:f"),
    ],
    ["ecs", "AccessDeniedException", 400, what("ecs:ListClusters", "*")],
    ["cloudformation", "AccessDenied", 403, what("cloudformation:ListStacks", "*")],
  ])("is refused as %s words it, logged once and recorded", (service, code, statusCode, message) => {
    const { authorizer, lines, records } = setUp([]);
    const [operation, input] = INPUTS[service] ?? expect.fail();
    const call = () => authorizer.call({ caller: worker, service, operation, input });
    expect(refusal(call)).toMatchObject({ code, statusCode, message });
    refusal(call);
    expect(lines).toEqual([`iam: refused: ${message}`]);
    expect(records[0]).toMatchObject({ principal: "worker", decision: "denied" });
  });
});

describe("a call", () => {
  const allow = { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE };
  const send = (caller: Caller) => ({
    caller,
    service: "sqs",
    operation: "SendMessage",
    input: { QueueUrl: "http://127.0.0.1/0/jobs" },
  });

  it("is allowed by the role's own policy, which the record names", () => {
    const { authorizer, records } = setUp([allow]);
    authorizer.call(send(worker));
    expect(records).toEqual([
      {
        principal: "worker",
        action: "sqs:SendMessage",
        resource: QUEUE,
        decision: "allowed",
        by: { policy: "own", statement: "0" },
      },
    ]);
  });

  it("is allowed by the queue's policy alone when it names the role", () => {
    const queue = {
      Version: "2012-10-17",
      Statement: { ...allow, Principal: { AWS: worker.roleArn } },
    };
    expect(() => setUp([], { queue }).authorizer.call(send(worker))).not.toThrow();
  });

  it("is refused by the queue's explicit deny, whatever the role's policy allows", () => {
    const queue = { Version: "2012-10-17", Statement: { ...allow, Effect: "Deny", Principal: "*" } };
    const { message } = refusal(() => setUp([allow], { queue }).authorizer.call(send(worker)));
    expect(message).toContain("with an explicit deny in a resource-based policy");
  });

  it("is refused while the queue's policy cannot be read", () => {
    const queue = { Version: "2012-10-17", Statement: [{ Effect: "Maybe" }] };
    const { message } = refusal(() => setUp([allow], { queue }).authorizer.call(send(worker)));
    expect(message).toContain("is malformed");
  });

  it("is refused past the session policy that AssumeRole was given", () => {
    const { authorizer, sessions, role } = setUp([allow]);
    const sessionPolicy = {
      name: "session policy",
      document: { version: "2012-10-17", statements: [] },
    } as const;
    const { accessKeyId, arn, roleArn } = sessions.issue(role, "narrow", { sessionPolicy });
    const caller: Caller = { kind: "role", arn, roleArn, accessKeyId };
    expect(refusal(() => authorizer.call(send(caller))).message).toContain("no session policy allows");
  });

  it("of an operation that has no mapping is refused, even to a role that may do everything", () => {
    const { authorizer } = setUp([{ Effect: "Allow", Action: "*", Resource: "*" }]);
    const call = { caller: worker, service: "sqs", operation: "NewOperation", input: {} };
    expect(refusal(() => authorizer.call(call)).message).toContain("does not know which IAM action");
  });

  it("of the administrator is not asked about", () => {
    const { authorizer, records } = setUp([]);
    authorizer.call(send({ kind: "admin", arn: "arn:aws:iam::000000000000:root" }));
    expect(records).toEqual([]);
  });

  it("is decided on new policies once they are put", () => {
    const { authorizer, roles } = setUp([]);
    refusal(() => authorizer.call(send(worker)));
    const PolicyDocument = { Version: "2012-10-17", Statement: [allow] };
    roles.putPolicy({ PolicyName: "later", PolicyDocument, Roles: ["worker"] }, "");
    expect(() => authorizer.call(send(worker))).not.toThrow();
  });
});

describe("a service", () => {
  const required = { action: "sqs:SendMessage", resource: QUEUE };
  const queue = {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: QUEUE,
      Condition: { ArnEquals: { "aws:SourceArn": RULE } },
    },
  };

  it("may act for the source that the resource's policy names, and for no other", () => {
    const { authorizer } = setUp([], { queue });
    expect(authorizer.serviceRefusal("events.amazonaws.com", RULE, required)).toBeUndefined();
    expect(authorizer.serviceRefusal("events.amazonaws.com", `${RULE}2`, required)).toBe(
      `User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: ${QUEUE} ` +
        "because no resource-based policy allows the sqs:sendmessage action",
    );
    expect(authorizer.serviceRefusal("sns.amazonaws.com", RULE, required)).toBeDefined();
  });

  it("assumes the roles that trust it alone", () => {
    const { authorizer } = setUp([]);
    expect(authorizer.assume("ecs-tasks.amazonaws.com", worker.roleArn ?? "", "s")).toMatchObject({
      kind: "role",
      arn: "arn:aws:sts::000000000000:assumed-role/worker/s",
    });
    expect(refusal(() => authorizer.assume("events.amazonaws.com", worker.roleArn ?? "", "s"))).toMatchObject(
      {
        code: "AssumeRoleFailed",
      },
    );
  });
});

it("names the condition keys of a role's policies that the runtime does not fill", () => {
  const condition = {
    StringEquals: { "aws:PrincipalTag/team": "a", "aws:SourceVpc": "v", "s3:prefix": "p" },
  };
  const statement = { Effect: "Allow", Action: "s3:ListBucket", Resource: "*", Condition: condition };
  const { authorizer, lines } = setUp([statement]);
  authorizer.explain();
  expect(lines).toEqual([
    "iam: own: decided as if requests did not carry aws:PrincipalTag/team, aws:SourceVpc",
  ]);
});
