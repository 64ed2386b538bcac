import { Stack } from "aws-cdk-lib";
import { type ILogGroup, QueryDefinition, QueryString } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { NodeFunction } from "../node-function.ts";
import type { Platform } from "../platform.ts";

/** Saved queries of CloudWatch Logs Insights, in a folder of the stack's name: what an administrator asks first. */
export function saveQueries(scope: Construct, platform: Platform, functions: readonly NodeFunction[]): void {
  const save = (id: string, name: string, logGroups: readonly ILogGroup[], query: QueryString) =>
    // Where tasks log elsewhere there is nothing to ask of them.
    logGroups.length > 0 &&
    new QueryDefinition(scope, id, {
      queryDefinitionName: `${Stack.of(scope).stackName}/${name}`,
      logGroups: [...logGroups],
      queryString: query,
    });
  const tasks = platform.taskLogGroups;
  const functionLogs = functions.map(({ logGroup }) => logGroup as ILogGroup);
  save(
    "FailedJobs",
    "Failed jobs by cause and pipeline",
    tasks,
    new QueryString({
      filterStatements: ['event = "job.failed"'],
      statsStatements: ["count(*) as jobs, latest(message) as example by cause, pipeline"],
      sort: "jobs desc",
    }),
  );
  save(
    "TaskErrors",
    "What tasks could not do, jobs aside",
    tasks,
    new QueryString({
      fields: ["@timestamp", "event", "message", "@logStream"],
      filterStatements: ['event in ["task.error", "queue.error", "message.unreadable", "batch.error"]'],
      sort: "@timestamp desc",
      limit: 200,
    }),
  );
  save(
    "OneJob",
    "Everything that is logged of one job",
    [...tasks, ...functionLogs],
    new QueryString({
      fields: ["@timestamp", "@logStream", "@message"],
      filterStatements: ["@message like /the-job-id/"],
      sort: "@timestamp asc",
      limit: 1000,
    }),
  );
  save(
    "RefusedLaunches",
    "Launches that ECS refused, by reason",
    functionLogs,
    new QueryString({
      filterStatements: ["ispresent(refusal.kind)"],
      statsStatements: ["count(*) as launches, latest(refusal.reason) as example by refusal.kind"],
      sort: "launches desc",
    }),
  );
}
