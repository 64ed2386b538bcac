import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openDecisionFile, type RecordLine } from "../../../local/iam/decision-file.ts";
import { reportRoles } from "../../../local/iam/report.ts";
import { createRoles } from "../../../local/iam/roles.ts";
import { realm } from "./actions/asked.ts";

const folder = mkdtempSync(join(tmpdir(), "longshore-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rolesWith(statements: readonly object[]) {
  const roles = createRoles(realm);
  const trust = { Version: "2012-10-17", Statement: [] };
  roles.putRole({ RoleName: "worker", AssumeRolePolicyDocument: trust }, "");
  const PolicyDocument = { Version: "2012-10-17", Statement: statements };
  roles.putPolicy({ PolicyName: "own", PolicyDocument, Roles: ["worker"] }, "");
  return roles;
}

it("says role by role what was used, refused, and granted but never used", () => {
  const path = join(folder, "decisions.jsonl");
  const file = openDecisionFile(path);
  file.grants(
    rolesWith([
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
      },
      { Sid: "Idle", Effect: "Allow", Action: "sqs:*", Resource: "*" },
      { Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" },
    ]),
  );
  const get = { principal: "worker", action: "s3:GetObject", decision: "allowed" } as const;
  file.record({ ...get, resource: "arn:aws:s3:::a/2" });
  file.record({ ...get, resource: "arn:aws:s3:::a/1" });
  file.record({ ...get, resource: "arn:aws:s3:::a/1" });
  const refused = { action: "dynamodb:PutItem", resource: "table", reason: "because" };
  file.record({ principal: "worker", decision: "denied", ...refused });

  const lines = readFileSync(path, "utf8").trim().split("\n");
  expect(lines).toHaveLength(4);
  const [report] = reportRoles(lines.map((line) => JSON.parse(line) as RecordLine));
  expect(report).toEqual({
    role: "worker",
    used: new Map([["s3:GetObject", ["arn:aws:s3:::a/1", "arn:aws:s3:::a/2"]]]),
    refused: [refused],
    neverUsed: [
      {
        policy: "own",
        statement: "0",
        actions: ["s3:PutObject"],
        resources: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
      },
      {
        policy: "own",
        statement: "0",
        actions: ["s3:GetObject", "s3:PutObject"],
        resources: ["arn:aws:s3:::b/*"],
      },
      { policy: "own", statement: "Idle", actions: ["sqs:*"], resources: ["*"] },
    ],
  });
});

it("takes together what runs with settings of their own grant and use", () => {
  const path = join(folder, "runs.jsonl");
  const secret = (suffix: string) => `arn:aws:secretsmanager:us-east-1:0:secret:token-${suffix}`;
  for (const [suffix, own] of [
    ["abc123", "s3:GetObject"],
    ["def456", "s3:PutObject"],
  ] as const) {
    const file = openDecisionFile(path);
    file.grants(
      rolesWith([
        { Effect: "Allow", Action: own, Resource: "*" },
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secret(suffix) },
      ]),
    );
    const use = { principal: "worker", decision: "allowed" } as const;
    if (own === "s3:PutObject") file.record({ ...use, action: own, resource: "arn:aws:s3:::a/1" });
    file.record({ ...use, action: "secretsmanager:GetSecretValue", resource: secret(suffix) });
  }
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const [report] = reportRoles(lines.map((line) => JSON.parse(line) as RecordLine));
  expect(report?.neverUsed).toEqual([
    { policy: "own", statement: "0", actions: ["s3:GetObject"], resources: ["*"] },
  ]);
});
