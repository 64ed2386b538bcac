/**
 * What the local runtime costs: a request through the endpoint, signed by a role and decided on its policies, against
 * the service alone, side by side; rules matched against an event; from RunTask to a running container; two hundred tasks at once.
 *
 *   node bench/local-runtime.ts [--json]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type ListTasksCommandOutput,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { z } from "zod";
import { compilePattern } from "../local/eventbridge/pattern/pattern.ts";
import { RuleIndex } from "../local/eventbridge/pattern/rule-index.ts";
import { until } from "../test/e2e/support/until.ts";
import { quantile, Report } from "./support/report.ts";
import { synthesizeRoleApp } from "./support/role-app.ts";
import { roleCalls } from "./support/role-calls.ts";
import { Served } from "./support/serve.ts";
import { synthesizeSleepApp } from "./support/sleep-app.ts";

const RULES = 1_000;
const TASKS = 200;

const played = z.object({ endpoint: z.url(), outputs: z.record(z.string(), z.string()) });
const peers = z.object({ sqs: z.url(), dynamodb: z.url(), s3: z.url() });

const folder = mkdtempSync(join(tmpdir(), "longshore-bench-"));
const report = new Report();
try {
  await requests();
  rules();
  await tasks();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report.print();

async function requests(): Promise<void> {
  await using served = new Served();
  const alone = await served.start("peers.ts", [join(folder, "peers")], peers);
  const assembly = synthesizeRoleApp();
  try {
    const args = [assembly.directory, join(folder, "longshore-state")];
    await roleCalls(await served.start("serve-assembly.ts", args, played), alone, report);
  } finally {
    assembly.remove();
  }
}

/** Rules of one source that differ by prefix and size, which no index can tell apart. */
function rules(): void {
  const index = new RuleIndex(
    Array.from({ length: RULES }, (_, rule) => {
      const object = { key: [{ prefix: `team-${rule}/` }], size: [{ numeric: ["<=", rule * 1_000] }] };
      return [compilePattern(JSON.stringify({ source: ["aws.s3"], detail: { object } })), rule] as const;
    }),
  );
  const event = { source: "aws.s3", detail: { object: { key: "team-500/a.csv", size: 4_000 } } };
  if (index.match(event).length !== 1) throw new Error("the rules do not match as they should");
  const times = Array.from({ length: 500 }, () => {
    const began = performance.now();
    index.match(event);
    return performance.now() - began;
  });
  report.add(`${RULES} rules against an event (p50)`, quantile(times, 0.5), "ms", 1, "less");
}

async function tasks(): Promise<void> {
  await using served = new Served();
  const args = [synthesizeSleepApp(folder), join(folder, "state")];
  const { endpoint, outputs } = await served.start("serve-assembly.ts", args, played);
  const ecs = new ECSClient(connection(endpoint));
  const cluster = outputs.ClusterName;
  const run = (count: number) =>
    ecs.send(
      new RunTaskCommand({
        cluster,
        taskDefinition: outputs.TaskDefinition,
        count,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-bench"] } },
      }),
    );
  const starts: number[] = [];
  for (let index = 0; index < 20; index++) {
    const began = performance.now();
    const { tasks: [task] = [] } = await run(1);
    await until(
      "the task runs",
      async () => {
        const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task?.taskArn ?? ""] }));
        return answer.tasks?.[0]?.lastStatus === "RUNNING";
      },
      10_000,
      2,
    );
    starts.push(performance.now() - began);
  }
  report.add("RunTask to running, seen by its caller (p50)", quantile(starts, 0.5), "ms", 150, "less");

  const sts = new STSClient(connection(endpoint));
  const latencies: number[] = [];
  let watching = true;
  const watcher = (async () => {
    while (watching) {
      latencies.push(await timed(() => sts.send(new GetCallerIdentityCommand({}))));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  for (let left = TASKS - starts.length; left > 0; left -= 10) await run(10);
  await until(
    `${TASKS} tasks run`,
    async () => {
      let running = 0;
      let nextToken: string | undefined;
      do {
        const page: ListTasksCommandOutput = await ecs.send(
          new ListTasksCommand({ cluster, desiredStatus: "RUNNING", ...(nextToken && { nextToken }) }),
        );
        running += page.taskArns?.length ?? 0;
        nextToken = page.nextToken;
      } while (nextToken);
      return running >= TASKS;
    },
    60_000,
    200,
  );
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  watching = false;
  await watcher;
  report.add(
    `longest answer of the endpoint while ${TASKS} tasks start and run`,
    Math.max(...latencies),
    "ms",
    100,
    "less",
  );
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

function connection(endpoint: string) {
  return { endpoint, region: "us-east-1", credentials: { accessKeyId: "bench", secretAccessKey: "bench" } };
}
