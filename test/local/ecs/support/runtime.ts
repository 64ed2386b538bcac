// A runtime that a test can kill: starts a task, reports its ARN and pid, and stays.

import { startEcsServer } from "./ecs-server.ts";
import { container, eventually, logged, register, run, shellImage } from "./tasks.ts";

const server = await startEcsServer({}, process.argv[2] ?? "");
const definition = await register(server, "stubborn", [
  container(shellImage(server, "stubborn", 'trap "" TERM INT HUP\necho $$\nwhile :; do sleep 0.05; done')),
]);
const taskArn = await run(server, definition);
const pid = await eventually("pid", () => logged(server, taskArn)[0]);
process.send?.({ taskArn, pid: Number(pid) });
