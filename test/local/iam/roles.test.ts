import { beforeEach, describe, expect, it } from "vitest";
import { RequestContext } from "../../../local/iam/access-request.ts";
import { evaluate } from "../../../local/iam/evaluate.ts";
import { createRoles, type Role, type Roles } from "../../../local/iam/roles.ts";

const realm = { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "" } as const;
const trust = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
};
const allows = (Action: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*" }],
});

describe("roles of a template", () => {
  let roles: Roles;
  beforeEach(() => {
    roles = createRoles(realm);
  });

  function may({ arn, permissionsBoundary }: Role, action: string): boolean {
    const principal = {
      kind: "role",
      roleArn: arn,
      sessionArn: "arn:aws:sts::000000000000:assumed-role/x/y",
    } as const;
    const request = { action, resource: "arn:aws:s3:::b/k", principal, context: new RequestContext({}) };
    const decision = evaluate({ request, identityPolicies: roles.policiesOf(arn), permissionsBoundary });
    return decision.decision === "allowed";
  }

  it("have what their inline, attached and named policies grant", () => {
    const { arn: managed } = roles.putManagedPolicy({ PolicyDocument: allows("s3:ListBucket") }, "Managed");
    const role = roles.putRole(
      {
        Path: "/service/",
        AssumeRolePolicyDocument: trust,
        Policies: [{ PolicyName: "inline", PolicyDocument: allows("s3:GetObject") }],
        ManagedPolicyArns: [managed, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      },
      "Worker",
    );
    expect(role.arn).toBe("arn:aws:iam::000000000000:role/service/Worker");
    roles.putPolicy(
      { PolicyName: "Default", PolicyDocument: allows("s3:PutObject"), Roles: ["Worker"] },
      "x",
    );
    roles.putPolicy(
      { PolicyName: "Other", PolicyDocument: allows("s3:DeleteObject"), Roles: ["Other"] },
      "x",
    );
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "logs:PutLogEvents"]) {
      expect([action, may(role, action)]).toEqual([action, true]);
    }
    expect(may(role, "s3:DeleteObject")).toBe(false);
  });

  it("lose what a changed policy no longer grants", () => {
    const role = roles.putRole({ AssumeRolePolicyDocument: trust }, "Worker");
    roles.putPolicy({ PolicyName: "p", PolicyDocument: allows("s3:*"), Roles: ["Worker"] }, "x");
    expect(may(role, "s3:GetObject")).toBe(true);
    roles.putPolicy({ PolicyName: "p", PolicyDocument: allows("sqs:*"), Roles: ["Worker"] }, "x");
    expect(may(role, "s3:GetObject")).toBe(false);
  });

  it("stay within their boundary", () => {
    const { arn } = roles.putManagedPolicy({ PolicyDocument: allows("s3:GetObject") }, "Boundary");
    const role = roles.putRole(
      {
        AssumeRolePolicyDocument: trust,
        PermissionsBoundary: arn,
        Policies: [{ PolicyName: "all", PolicyDocument: allows("*") }],
      },
      "Worker",
    );
    expect([may(role, "s3:GetObject"), may(role, "s3:PutObject")]).toEqual([true, false]);
  });

  it("name AWS managed policies that are not played, and get nothing from them", () => {
    const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    const role = roles.putRole(
      { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [administrator] },
      "Worker",
    );
    expect(role.notPlayed).toEqual([administrator]);
    expect(may(role, "s3:GetObject")).toBe(false);
  });

  it("are found by name, by ARN, and by instance profile", () => {
    const role = roles.putRole({ AssumeRolePolicyDocument: trust }, "Instance");
    const profile = roles.putInstanceProfile({ Roles: ["Instance"] }, "Profile");
    expect(roles.role(roles.instanceProfile(profile.arn)?.roleName ?? "")).toBe(role);
    expect(roles.role(role.arn)).toBe(role);
    expect(roles.role("Missing")).toBeUndefined();
  });

  it("refuse properties that are not played", () => {
    expect(() => roles.putPolicy({ PolicyDocument: allows("*"), Users: ["me"] }, "p")).toThrow(
      "AWS::IAM::Policy Users is not played",
    );
  });
});
