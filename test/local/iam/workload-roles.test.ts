import { CreateServiceCommand, DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../local/iam/authorizer.ts";
import { authorizeRuleDelivery } from "../../../local/iam/deliveries.ts";
import { createResourcePolicies } from "../../../local/iam/resource-policies.ts";
import { createRoles } from "../../../local/iam/roles.ts";
import { createSessions } from "../../../local/iam/sessions.ts";
import { takeOnFunctionRole, takeOnTaskRole } from "../../../local/iam/workload-roles.ts";
import { CLUSTER, NETWORK, startEcsServer } from "../ecs/support/ecs-server.ts";
import { container, eventually, register, run, shellImage } from "../ecs/support/tasks.ts";
import { startLambda } from "../lambda/harness.ts";
import { facts, realm } from "./actions/asked.ts";

const HERE = "us-east-1:000000000000";
const RULE = `arn:aws:events:${HERE}:rule/uploads`;

/** An account whose role `own` a service may take on, under a condition. */
function account(Service: string, Condition?: object) {
  const roles = createRoles(realm);
  const { arn: roleArn } = roles.putRole(
    {
      RoleName: "own",
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: {
          ...{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" },
          ...(Condition && { Condition }),
        },
      },
      Policies: [
        {
          PolicyName: "own",
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" },
          },
        },
      ],
    },
    "",
  );
  const lines: string[] = [];
  const authorizer = createAuthorizer({
    roles,
    sessions: createSessions(realm),
    facts,
    resourcePolicy: createResourcePolicies({
      bucket: () => undefined,
      queue: () => undefined,
      topic: () => undefined,
      function: () => undefined,
      fileSystem: () => undefined,
    }),
    log: (line) => lines.push(line),
  });
  return { authorizer, roleArn, lines };
}

const source = (account: string, sourceArn: string) => ({
  StringEquals: { "aws:SourceAccount": account },
  ArnLike: { "aws:SourceArn": sourceArn },
});
const REFUSED = expect.objectContaining({ code: "AssumeRoleFailed" });
const ECS = "ecs-tasks.amazonaws.com";

describe("a task's role", () => {
  const takeOn = (service: string, condition?: object) => () => {
    const { authorizer, roleArn } = account(service, condition);
    takeOnTaskRole(authorizer, realm, roleArn);
  };

  it("is taken on for tasks of the account and region that its trust policy names", () => {
    expect(takeOn(ECS)).not.toThrow();
    expect(takeOn(ECS, source("000000000000", `arn:aws:ecs:${HERE}:*`))).not.toThrow();
    expect(takeOn(ECS, { ArnLike: { "aws:SourceArn": `arn:aws:ecs:${HERE}:*` } })).not.toThrow();
  });

  it.each([
    ["another account", source("111111111111", `arn:aws:ecs:${HERE}:*`)],
    ["another region", source("000000000000", "arn:aws:ecs:eu-west-1:000000000000:*")],
    ["a cluster, which ECS does not support", source("000000000000", `arn:aws:ecs:${HERE}:cluster/main`)],
  ])("is not taken on where its trust policy names %s", (_, condition) => {
    expect(takeOn(ECS, condition)).toThrow(REFUSED);
  });

  it("is not taken on where it trusts another service", () => {
    expect(takeOn("lambda.amazonaws.com")).toThrow(REFUSED);
  });

  it("that ECS may not take on lets no task start, by RunTask or by a service", async () => {
    const { authorizer, roleArn, lines } = account(ECS, source("111111111111", "*"));
    await using server = await startEcsServer({
      takeOn: (role) => {
        if (role === roleArn) takeOnTaskRole(authorizer, realm, role);
      },
    });
    const containers = [container(shellImage(server, "idle", "sleep 1"))];
    const words = `ECS was unable to assume the role '${roleArn}' that was provided for this task.`;
    for (const roles of [{ taskRoleArn: roleArn }, { executionRoleArn: roleArn }]) {
      const definition = await register(server, "idle", containers, roles);
      await expect(run(server, definition)).rejects.toMatchObject({
        name: "ClientException",
        message: expect.stringContaining(words),
      });
    }
    const definition = await register(server, "idle", containers);
    await expect(
      run(server, definition, { overrides: { taskRoleArn: roleArn } }),
      "in an override",
    ).rejects.toThrow(words);

    const mistrusted = await register(server, "idle", containers, { taskRoleArn: roleArn });
    await server.client.send(
      new CreateServiceCommand({
        ...{ cluster: CLUSTER, serviceName: "web", taskDefinition: mistrusted, desiredCount: 1 },
        ...{ launchType: "FARGATE", networkConfiguration: NETWORK },
      }),
    );
    const said = await eventually("the service's word about it", async () => {
      const { services = [] } = await server.client.send(
        new DescribeServicesCommand({ cluster: CLUSTER, services: ["web"] }),
      );
      return services[0]?.events?.find(({ message }) => message?.includes(words));
    });
    expect(said.message).toContain("(service web)");
    expect(lines[0]).toMatch(/ecs-tasks\.amazonaws\.com cannot assume the role .*\/own/);
  });
});

describe("a function's role", () => {
  const LAMBDA = "lambda.amazonaws.com";

  it("that Lambda may not take on makes no function", async () => {
    const trusting = account(LAMBDA);
    const conditional = account(LAMBDA, source("000000000000", `arn:aws:lambda:${HERE}:function:*`));
    for (const [{ authorizer, roleArn }, fits] of [
      [trusting, true],
      [conditional, false],
      [account(ECS), false],
    ] as const) {
      const test = await startLambda({ takeOn: (role) => takeOnFunctionRole(authorizer, role) });
      try {
        const deploy = () =>
          test.deploy("worker", "export const handler = async () => 1;", { Role: roleArn });
        if (fits) expect(deploy()).toContain(":function:worker");
        else {
          expect(deploy).toThrow(
            expect.objectContaining({
              code: "InvalidParameterValueException",
              message: "The role defined for the function cannot be assumed by Lambda.",
            }),
          );
        }
      } finally {
        await test.stop();
      }
    }
  });
});

it("a rule takes on its target's role where its trust policy names the rule, and no other rule's", () => {
  const { authorizer, roleArn } = account("events.amazonaws.com", source("000000000000", RULE));
  const delivery = { deliveryId: "d-1", targetArn: `arn:aws:sqs:${HERE}:jobs`, roleArn };
  expect(() => authorizeRuleDelivery(authorizer, { ...delivery, ruleArn: RULE })).not.toThrow();
  expect(() => authorizeRuleDelivery(authorizer, { ...delivery, ruleArn: `${RULE}-2` })).toThrow(REFUSED);
});
