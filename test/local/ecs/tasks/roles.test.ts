import { expect, test } from "vitest";
import type { EcsOptions } from "../../../../local/ecs/options.ts";
import { startEcsServer } from "../support/ecs-server.ts";
import { container, eventually, logged, register, run } from "../support/tasks.ts";

const EXECUTION = "arn:aws:iam::000000000000:role/execution";
const TASK = "arn:aws:iam::000000000000:role/task";

/** Roles that may do everything but one action; what they were asked is kept. */
function rolesWithout(action: string) {
  const asked: string[] = [];
  const refusal: EcsOptions["refusal"] = (roleArn, sessionName, required) => {
    asked.push(`${roleArn.split("/").at(-1)} ${sessionName} ${required.action} ${required.resource}`);
    return required.action === action ? `User: x is not authorized to perform: ${action}` : undefined;
  };
  return { asked, refusal };
}

const SAY = 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["node", "main.ts"]\n';

test("a container's output is lost when the execution role may not put log events, and the task goes on", async () => {
  const { asked, refusal } = rolesWithout("logs:PutLogEvents");
  await using server = await startEcsServer({ refusal });
  const image = server.image("say", { Dockerfile: SAY, "main.ts": 'console.log("said")' });
  const taskArn = await run(
    server,
    await register(server, "say", [container(image)], { executionRoleArn: EXECUTION }),
  );
  const stopped = await eventually("the end", () =>
    server.events.find(({ detail }) => detail.taskArn === taskArn && detail.lastStatus === "STOPPED"),
  );
  expect(stopped.detail).toMatchObject({ stopCode: "EssentialContainerExited" });
  expect(logged(server, taskArn)).toEqual([]);
  const id = taskArn.split("/").at(-1);
  const stream = "arn:aws:logs:us-east-1:000000000000:log-group:group:log-stream:";
  expect(asked).toContainEqual(
    expect.stringMatching(new RegExp(`^execution ${id} logs:CreateLogStream ${stream}.*${id}$`)),
  );
});

test.each([
  ["ecr:GetAuthorizationToken", /^ResourceInitializationError: .*unable to retrieve ecr registry auth/],
  ["ecr:BatchGetImage", /^CannotPullContainerError: .*403 Forbidden/],
])("a task whose execution role lacks %s does not start", async (action, reason) => {
  const { asked, refusal } = rolesWithout(action);
  await using server = await startEcsServer({ refusal });
  const image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/app/web:1";
  const definition = await register(server, "web", [container(image)], { executionRoleArn: EXECUTION });
  const taskArn = await run(server, definition);
  const stopped = await eventually("the end", () =>
    server.events.find(({ detail }) => detail.taskArn === taskArn && detail.lastStatus === "STOPPED"),
  );
  expect(stopped.detail).toMatchObject({
    stopCode: "TaskFailedToStart",
    stoppedReason: expect.stringMatching(reason),
  });
  expect(asked.at(-1)).toMatch(action);
});

test("a task whose role may not update its protection is told so by the agent", async () => {
  const { asked, refusal } = rolesWithout("ecs:UpdateTaskProtection");
  await using server = await startEcsServer({ refusal });
  const image = server.image("agent", {
    Dockerfile: SAY,
    "main.ts": "console.log(process.env.ECS_AGENT_URI); setInterval(() => {}, 1000);",
  });
  const definition = await register(server, "agent", [container(image)], {
    executionRoleArn: EXECUTION,
    taskRoleArn: TASK,
  });
  const taskArn = await run(server, definition);
  const url = await eventually("the agent's URL", () => logged(server, taskArn)[0]);
  const response = await fetch(`${url}/task-protection/v1/state`, {
    method: "PUT",
    body: JSON.stringify({ ProtectionEnabled: true }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: {
      Arn: taskArn,
      Code: "AccessDeniedException",
      Message: expect.stringContaining("UpdateTaskProtection"),
    },
  });
  expect(asked.at(-1)).toBe(`task ${taskArn.split("/").at(-1)} ecs:UpdateTaskProtection ${taskArn}`);
});
