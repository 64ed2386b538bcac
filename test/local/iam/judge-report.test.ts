import { describe, expect, it } from "vitest";
import { EXPECTED_REFUSALS, GRANTED_BUT_UNUSED } from "../../../infra/granted-but-unused.ts";
import { judgeRoles } from "../../../local/iam/judge-report.ts";
import type { RoleReport } from "../../../local/iam/report.ts";

const report: RoleReport = {
  role: "App-Worker-1",
  used: new Map(),
  refused: [
    { action: "s3:GetObject", resource: "arn:aws:s3:::a/1", reason: "r" },
    { action: "s3:PutObject", resource: "arn:aws:s3:::a/1", reason: "r" },
  ],
  neverUsed: [
    {
      policy: "own",
      statement: "0",
      actions: ["sqs:SendMessage", "sqs:GetQueueUrl"],
      resources: ["arn:aws:sqs:us-east-1:0:a", "arn:aws:sqs:us-east-1:0:b"],
    },
  ],
};
const accepted = (roles: string, actions: string, resources: string, reason: string) => ({
  roles: [roles],
  actions: [actions],
  resources: [resources],
  reason,
});

describe("a role's report", () => {
  it("tells what has a reason from what has none, by role, action and resource", () => {
    const { roles } = judgeRoles([report], {
      unused: [
        accepted("App-Worker-*", "sqs:GetQueueUrl", "*", "CDK's"),
        accepted("App-Worker-*", "sqs:sendmessage", "*:a", "seldom"),
        accepted("App-Other-*", "*", "*", "another's"),
      ],
      refusals: [accepted("*", "s3:Get*", "arn:aws:s3:::a/*", "a test's")],
    });
    expect(roles).toEqual([
      {
        role: "App-Worker-1",
        neverUsed: [
          { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:us-east-1:0:a"], reason: "seldom" },
          { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:us-east-1:0:b"], reason: undefined },
          {
            actions: ["sqs:GetQueueUrl"],
            resources: ["arn:aws:sqs:us-east-1:0:a", "arn:aws:sqs:us-east-1:0:b"],
            reason: "CDK's",
          },
        ],
        refused: [
          { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a/1"], reason: "a test's" },
          { actions: ["s3:PutObject"], resources: ["arn:aws:s3:::a/1"], reason: undefined },
        ],
      },
    ]);
  });

  it("tells which reasons nothing needs, pattern by pattern", () => {
    const { stale } = judgeRoles([report], {
      unused: [
        accepted("App-Worker-*", "sqs:*", "*", "of all of it"),
        accepted("App-Worker-*", "sqs:GetQueueUrl", "*:a", "that another has before"),
        { ...accepted("App-*", "s3:ListBucket", "*", "of some runs"), sometimes: true },
      ],
      refusals: [
        {
          roles: ["App-Worker-*", "App-Gone-*"],
          actions: ["s3:GetObject", "s3:DeleteObject"],
          resources: ["*"],
          reason: "a test's",
        },
      ],
    });
    expect(stale).toEqual([
      { reason: "that another has before", patterns: ["App-Worker-*", "sqs:GetQueueUrl", "*:a"] },
      { reason: "a test's", patterns: ["App-Gone-*", "s3:DeleteObject"] },
    ]);
  });
});

it("no reason covers everything of every role", () => {
  for (const { roles, actions, resources } of [...GRANTED_BUT_UNUSED, ...EXPECTED_REFUSALS]) {
    expect([...roles, ...actions, ...resources].every((pattern) => pattern === "*")).toBe(false);
    expect(roles.includes("*")).toBe(false);
  }
});
