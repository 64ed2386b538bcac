import type { EcsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import { type PriceBasis, spendingOfTask } from "../../events/batch/job-cost.ts";
import { recordTaskUse, taskUseOf } from "../../events/batch/task-use.ts";
import type { IncidentLog } from "../../events/incidents/incident.ts";
import type { FailureCause } from "../../events/jobs/job.ts";
import {
  type IncidentDependencies,
  type RaisedIncident,
  raiseIncident,
} from "../kit/incidents/raise-incident.ts";
import { classifyStoppedTask } from "./classify.ts";
import { faultOf, incidentOf } from "./incident-of.ts";
import { jobRequestOf } from "./job-request-of.ts";
import { logPlaceOf, type ReadLog } from "./last-log-lines.ts";
import { type SettleDependencies, type Settlement, settleJob } from "./settle-job.ts";
import type { DefinedContainer, ReadTaskDefinition } from "./task-definition.ts";

export interface StoppedTaskDependencies extends SettleDependencies {
  readonly incidents: IncidentDependencies;
  /** What tasks were built for and, on EC2, ran on. */
  readonly priceBasis: PriceBasis;
  readonly readTaskDefinition: ReadTaskDefinition;
  readonly readLog: ReadLog;
  /** Address of the console, for links. */
  readonly consoleUrl?: string | undefined;
  /** Told of what could not be looked up; the incident goes without it. */
  readonly onMissing: (what: string, error: unknown) => void;
}

/** What a stopped task led to. */
export interface StoppedTaskOutcome {
  readonly settlement: Settlement["kind"] | "no-job";
  readonly jobId?: string;
  /** Absent when the task stopped as it should. */
  readonly cause?: FailureCause;
  readonly incident?: RaisedIncident;
}

/**
 * Settles the job of a stopped task, writes down what the task has used, then keeps and tells what went wrong. Each
 * may be repeated: the event comes again if anything here fails.
 */
export async function onTaskStopped(
  event: EcsTaskStateChange,
  dependencies: StoppedTaskDependencies,
): Promise<StoppedTaskOutcome> {
  const task = event.detail;
  const given = jobRequestOf(task);
  const endedWell = task.containers.length === 1 && task.containers[0]?.exitCode === 0;
  const defined = endedWell ? [] : await definitionOf(task.taskDefinitionArn, dependencies);
  const essential = defined.filter((container) => container.essential).map(({ name }) => name);
  const classified = classifyStoppedTask(task, {
    essential: essential.length > 0 ? new Set(essential) : undefined,
    jobContainer: given?.container,
  });

  const exitCode = task.containers.find(({ name }) => name === given?.container)?.exitCode;
  const settled =
    given && (await settleJob({ task, request: given.request, verdict: classified, exitCode }, dependencies));
  const use = given && taskUseOf(task);
  if (use) {
    const spending = spendingOfTask(use, dependencies.priceBasis);
    await recordTaskUse(dependencies.table, given.request.jobId, task.taskArn, use, spending);
  }
  const verdict = settled?.verdict ?? classified;
  const settlement = settled?.settlement;
  const outcome = {
    settlement: settlement?.kind ?? ("no-job" as const),
    ...(given ? { jobId: given.request.jobId } : {}),
  };

  const fault = faultOf(verdict, settlement, task);
  if (!fault) return outcome;
  const containers = defined.length > 0 ? defined : await definitionOf(task.taskDefinitionArn, dependencies);
  const blamed = (verdict.kind === "fault" ? verdict.container : undefined) ?? given?.container;
  const container =
    containers.find(({ name }) => name === blamed) ?? containers.find((candidate) => candidate.essential);
  const incident = incidentOf({
    task,
    fault,
    request: given?.request,
    image: container?.image,
    log: await logOf(container, task.taskArn, dependencies),
    logDriver: container?.log ? undefined : container?.logDriver,
    consoleUrl: dependencies.consoleUrl,
    now: dependencies.now(),
  });
  return { ...outcome, cause: fault.cause, incident: await raiseIncident(incident, dependencies.incidents) };
}

/** Without it a stop is still classified and told; a definition may be gone, or ECS may throttle. */
async function definitionOf(
  arn: string,
  { readTaskDefinition, onMissing }: StoppedTaskDependencies,
): Promise<readonly DefinedContainer[]> {
  try {
    return await readTaskDefinition(arn);
  } catch (error) {
    onMissing(`task definition ${arn}`, error);
    return [];
  }
}

async function logOf(
  container: DefinedContainer | undefined,
  taskArn: string,
  { readLog, onMissing }: StoppedTaskDependencies,
): Promise<IncidentLog | undefined> {
  const place = logPlaceOf(container, taskArn);
  if (!place) return undefined;
  try {
    return await readLog(place);
  } catch (error) {
    onMissing(`log ${place.group} ${place.stream}`, error);
    return { ...place, lines: [] };
  }
}
