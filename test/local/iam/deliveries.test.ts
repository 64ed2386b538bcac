import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../local/iam/authorizer.ts";
import {
  authorizeAlarmAction,
  authorizeFunctionRecord,
  authorizeRuleDeadLetter,
  authorizeRuleDelivery,
  authorizeRuleTask,
  authorizeSecret,
  topicRefusal,
} from "../../../local/iam/deliveries.ts";
import { createResourcePolicies } from "../../../local/iam/resource-policies.ts";
import { createRoles } from "../../../local/iam/roles.ts";
import { createSessions } from "../../../local/iam/sessions.ts";
import { facts, realm } from "./actions/asked.ts";

const HERE = "us-east-1:000000000000";
const QUEUE = `arn:aws:sqs:${HERE}:jobs`;
const FUNCTION = `arn:aws:lambda:${HERE}:function:worker`;
const RULE = `arn:aws:events:${HERE}:rule/uploads`;
const TOPIC = `arn:aws:sns:${HERE}:alerts`;

const allowing = (service: string, Action: string, Resource: string, source: string) => ({
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { Service: service },
    Action,
    Resource,
    Condition: { ArnLike: { "aws:SourceArn": source } },
  },
});

/** An account with a role that `service` may assume and that `statements` allow something. */
function account(options: {
  service?: string;
  statements?: readonly object[];
  queue?: object;
  topic?: object;
  function?: object;
}) {
  const roles = createRoles(realm);
  const { arn } = roles.putRole(
    {
      RoleName: "own",
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: options.service ?? "events.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      },
      Policies: [
        {
          PolicyName: "own",
          PolicyDocument: { Version: "2012-10-17", Statement: options.statements ?? [] },
        },
      ],
    },
    "",
  );
  const authorizer = createAuthorizer({
    roles,
    sessions: createSessions(realm),
    facts,
    resourcePolicy: createResourcePolicies({
      bucket: () => undefined,
      queue: () => options.queue && JSON.stringify(options.queue),
      topic: () => options.topic && JSON.stringify(options.topic),
      function: () => options.function,
      fileSystem: () => undefined,
    }),
    log: () => {},
  });
  return { authorizer, roleArn: arn };
}

const allow = (Action: string | string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
const delivery = { deliveryId: "d-1", ruleArn: RULE, targetArn: QUEUE };

describe("a rule", () => {
  it("reaches a queue that lets it in, and no queue that lets in another", () => {
    const open = (source: string) =>
      account({ queue: allowing("events.amazonaws.com", "sqs:SendMessage", QUEUE, source) }).authorizer;
    expect(() => authorizeRuleDelivery(open(RULE), delivery)).not.toThrow();
    expect(() => authorizeRuleDelivery(open(`${RULE}-2`), delivery)).toThrow(/no resource-based policy/);
    expect(() => authorizeRuleDeadLetter(open(RULE), RULE, QUEUE)).not.toThrow();
    expect(() => authorizeRuleDeadLetter(open(RULE), `${RULE}-2`, QUEUE)).toThrow(/sqs:sendmessage/);
  });

  it("reaches a function with a permission for it alone", () => {
    const { authorizer } = account({
      function: allowing("events.amazonaws.com", "lambda:InvokeFunction", FUNCTION, RULE),
    });
    expect(() => authorizeRuleDelivery(authorizer, { ...delivery, targetArn: FUNCTION })).not.toThrow();
    expect(() =>
      authorizeRuleDelivery(authorizer, { ...delivery, targetArn: FUNCTION, ruleArn: `${RULE}-2` }),
    ).toThrow(/lambda:InvokeFunction/);
  });

  it("acts in its target's role where it has one", () => {
    const { authorizer, roleArn } = account({ statements: [allow("sqs:SendMessage", QUEUE)] });
    expect(() => authorizeRuleDelivery(authorizer, { ...delivery, roleArn })).not.toThrow();
    const stranger = account({ service: "lambda.amazonaws.com" });
    expect(() =>
      authorizeRuleDelivery(stranger.authorizer, { ...delivery, roleArn: stranger.roleArn }),
    ).toThrow(expect.objectContaining({ code: "AssumeRoleFailed" }));
  });

  it("runs a task only in a role that may run it and pass its roles", () => {
    const input = { cluster: "main", taskDefinition: "processor" };
    const run = allow("ecs:RunTask", `arn:aws:ecs:${HERE}:task-definition/processor:*`);
    const pass = allow("iam:PassRole", "arn:aws:iam::000000000000:role/*");
    const start = (statements: object[]) => {
      const { authorizer, roleArn } = account({ statements });
      authorizeRuleTask(authorizer, { ...delivery, roleArn }, input);
    };
    expect(() => start([run, pass])).not.toThrow();
    expect(() => start([run])).toThrow(/iam:PassRole/);
    expect(() => start([pass])).toThrow(/ecs:RunTask/);
    expect(() => authorizeRuleTask(account({}).authorizer, delivery, input)).toThrow(/has no role/);
  });
});

describe("a topic", () => {
  const to = (endpoint: string, protocol = "sqs") => ({ topicArn: TOPIC, protocol, endpoint });

  it("reaches a queue that lets it in alone", () => {
    const queue = allowing("sns.amazonaws.com", "sqs:SendMessage", QUEUE, TOPIC);
    expect(topicRefusal(account({ queue }).authorizer, to(QUEUE))).toBeUndefined();
    expect(topicRefusal(account({}).authorizer, to(QUEUE))).toContain("sns.amazonaws.com is not authorized");
  });

  it("reaches a function with a permission for it alone, and mailboxes always", () => {
    const permission = allowing("sns.amazonaws.com", "lambda:InvokeFunction", FUNCTION, TOPIC);
    const { authorizer } = account({ function: permission });
    expect(topicRefusal(authorizer, to(FUNCTION, "lambda"))).toBeUndefined();
    expect(topicRefusal(account({}).authorizer, to(FUNCTION, "lambda"))).toBeDefined();
    expect(topicRefusal(account({}).authorizer, to("a@example.com", "email"))).toBeUndefined();
  });
});

describe("an alarm", () => {
  const ALARM = `arn:aws:cloudwatch:${HERE}:alarm:late`;
  const denyPlain = {
    Version: "2012-10-17",
    Statement: {
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: TOPIC,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  };

  it("tells a topic without a policy of its own, which EventBridge does not reach", () => {
    const { authorizer } = account({});
    expect(() => authorizeAlarmAction(authorizer, ALARM, TOPIC)).not.toThrow();
    expect(() => authorizeRuleDelivery(authorizer, { ...delivery, targetArn: TOPIC })).toThrow(/SNS:Publish/);
  });

  it("tells no topic whose own policy does not let CloudWatch in", () => {
    const publish = allowing("cloudwatch.amazonaws.com", "sns:Publish", TOPIC, ALARM);
    expect(() => authorizeAlarmAction(account({ topic: denyPlain }).authorizer, ALARM, TOPIC)).toThrow(
      /cloudwatch\.amazonaws\.com is not authorized to perform: SNS:Publish/,
    );
    expect(() => authorizeAlarmAction(account({ topic: publish }).authorizer, ALARM, TOPIC)).not.toThrow();
  });

  it("invokes a function with a permission for it alone, and scales without any", () => {
    const caller = "lambda.alarms.cloudwatch.amazonaws.com";
    const permission = allowing(caller, "lambda:InvokeFunction", FUNCTION, ALARM);
    const { authorizer } = account({ function: permission });
    expect(() => authorizeAlarmAction(authorizer, ALARM, FUNCTION)).not.toThrow();
    expect(() => authorizeAlarmAction(account({}).authorizer, ALARM, FUNCTION)).toThrow(/InvokeFunction/);
    const policy = `arn:aws:autoscaling:${HERE}:scalingPolicy:1`;
    expect(() => authorizeAlarmAction(account({}).authorizer, ALARM, policy)).not.toThrow();
  });
});

describe("a role", () => {
  it("sends its function's records where its policy lets it", () => {
    const send = (statements: object[]) => {
      const { authorizer, roleArn } = account({ service: "lambda.amazonaws.com", statements });
      authorizeFunctionRecord(authorizer, { roleArn, functionName: "worker" }, QUEUE);
    };
    expect(() => send([allow("sqs:SendMessage", QUEUE)])).not.toThrow();
    expect(() => send([])).toThrow(/no identity-based policy allows the sqs:sendmessage action/);
  });

  it.each([
    [
      "a secret's member",
      `arn:aws:secretsmanager:${HERE}:secret:token-AbCdEf:user::`,
      allow("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${HERE}:secret:token-??????`),
    ],
    ["a parameter by name", "/app/x", allow("ssm:GetParameters", `arn:aws:ssm:${HERE}:parameter/app/*`)],
    [
      "a parameter by ARN",
      `arn:aws:ssm:${HERE}:parameter/app/x`,
      allow("ssm:GetParameters", `arn:aws:ssm:${HERE}:parameter/app/x`),
    ],
  ])("reads %s for its task where its policy lets it", (_, valueFrom, statement) => {
    const read = (statements: object[]) => {
      const { authorizer, roleArn } = account({ service: "ecs-tasks.amazonaws.com", statements });
      authorizeSecret(authorizer, realm, { valueFrom, roleArn, sessionName: "task-1" });
    };
    expect(() => read([statement])).not.toThrow();
    expect(() => read([])).toThrow(
      expect.objectContaining({
        code: "AccessDeniedException",
        message: expect.stringContaining("/task-1 is"),
      }),
    );
  });
});
