import type { RunTaskCommand } from "@aws-sdk/client-ecs";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { ecsTaskStateChange } from "../../../events/aws/ecs-task-state-change.ts";
import type { JobItem, JobStatus } from "../../../events/jobs/job.ts";
import type { JobMessage } from "../../../events/jobs/job-message.ts";
import { JOB_VARIABLE, type JobRequest, jobRequest } from "../../../events/jobs/job-request.ts";
import { applyWrite, type JobTable, readJob, supersedeOlder } from "../../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../../events/jobs/launch-request.ts";
import { failed, startDedicated, succeeded } from "../../../events/jobs/transitions.ts";
import type { Pipeline } from "../../../events/pipeline.ts";
import { alertWindows } from "../../../functions/kit/incidents/alert-window.ts";
import type { Alert } from "../../../functions/kit/incidents/compose-alert.ts";
import type { LaunchDependencies } from "../../../functions/launch-upload/launch.ts";
import { launchAgain, launchUpload } from "../../../functions/launch-upload/launch-upload.ts";
import {
  onTaskStopped,
  type StoppedTaskDependencies,
} from "../../../functions/on-task-stopped/on-task-stopped.ts";
import type { TestTables } from "./tables.ts";

/** The function's process is gone in the midst of its work; what called it calls again. */
class Crash extends Error {}

/** How RunTask answers next. `lost`: there is a task, and nobody hears of it. */
export type RunTaskAnswer = "task" | "no-capacity" | "throttled" | "lost";

/** What a task's process has done so far, and what has become of it. */
export interface SimulatedTask {
  readonly taskArn: string;
  readonly request: JobRequest;
  readonly memory: string;
  readonly capacityProvider: string;
  /** Whether the process still acts; ECS may believe otherwise. */
  alive: boolean;
  step: "start" | "supersede" | "document" | "close" | "done";
  /** Whether ECS has said that it stopped. */
  isStopped: boolean;
}

/** How a task ends that does not end by itself. */
export const ENDS = {
  "kill -9": { stopCode: "EssentialContainerExited", exitCode: 137, survives: false },
  error: { stopCode: "EssentialContainerExited", exitCode: 1, survives: false },
  spot: { stopCode: "SpotInterruption", exitCode: 143, survives: false },
  /** Its host is believed dead, and the process goes on. */
  zombie: { stopCode: "InfrastructureHealth", exitCode: undefined, survives: true },
} as const;

const START = Date.parse("2026-11-22T13:00:00.000Z");
const FOREIGN = "foreign";

/**
 * The way of dedicated jobs with the real decisions of functions and containers, on real tables; queues, ECS and
 * object storage are lists that a test may take from in any order, and as often as it likes.
 */
export class SimulatedSystem {
  readonly tables: TestTables;
  readonly pipeline: Pipeline;
  readonly uploads: JobMessage[] = [];
  readonly launches: LaunchRequest[] = [];
  readonly tasks: SimulatedTask[] = [];
  readonly stoppedEvents: unknown[] = [];
  /** Result documents by key: who wrote them. */
  readonly documents = new Map<string, { readonly taskArn: string; readonly attempt: number }>();
  readonly alerts: Alert[] = [];
  /** Every state of every job, in order. */
  readonly history: { jobId: string; status: JobStatus; attempt: number }[] = [];
  nextAnswer: RunTaskAnswer = "task";
  /** Calls to DynamoDB until the function that runs is gone. */
  #untilCrash = Number.POSITIVE_INFINITY;
  #tokens = new Map<string, SimulatedTask>();
  #time = START;
  #invocations = 0;

  /** @param isForeign whether the container knows nothing of jobs */
  constructor(tables: TestTables, pipeline: Pipeline, isForeign: boolean) {
    this.tables = tables;
    this.pipeline = isForeign ? { ...pipeline, name: FOREIGN } : pipeline;
  }

  /** Runs one function, which is gone after so many calls to DynamoDB. @returns whether it came to its end */
  async #invoke(work: () => Promise<unknown>, callsUntilCrash: number): Promise<boolean> {
    this.#untilCrash = callsUntilCrash;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      return false;
    } finally {
      this.#untilCrash = Number.POSITIVE_INFINITY;
    }
  }

  deliverUpload(message: JobMessage, callsUntilCrash = Number.POSITIVE_INFINITY): Promise<boolean> {
    return this.#invoke(() => launchUpload(message, this.#launching()), callsUntilCrash);
  }

  /** @param again the message shows once more */
  async deliverLaunch(index: number, again: boolean, callsUntilCrash?: number): Promise<void> {
    const [request] = this.launches.splice(index, 1);
    if (!request) return;
    const done = await this.#invoke(
      () => launchAgain(request, this.#launching()),
      callsUntilCrash ?? Infinity,
    );
    if (!done || again) this.launches.push(request);
  }

  deliverStopped(event: unknown, callsUntilCrash = Number.POSITIVE_INFINITY): Promise<boolean> {
    return this.#invoke(
      () => onTaskStopped(ecsTaskStateChange.parse(event), this.#stopping()),
      callsUntilCrash,
    );
  }

  /** The next thing that a task's process does. */
  async act(task: SimulatedTask): Promise<void> {
    if (!task.alive) return;
    const { request, taskArn } = task;
    const { jobId, attempt } = request;
    const holder = { taskArn, attempt };
    const knowsJobs = request.pipeline !== FOREIGN;
    switch (task.step) {
      case "start": {
        if (knowsJobs) {
          const start = await applyWrite(this.#table(), startDedicated(jobId, holder, this.#now()));
          if (!start.done) return this.#end(task, 0);
        }
        task.step = "supersede";
        return;
      }
      case "supersede": {
        const job = { ...request.object, jobId, pipeline: request.pipeline, lane: "dedicated" as const };
        const newer = knowsJobs && (await supersedeOlder(this.#table(), job, this.#now()));
        if (newer) return this.#end(task, 0);
        task.step = "document";
        return;
      }
      case "document":
        this.documents.set(request.result.key, holder);
        task.step = "close";
        return;
      case "close": {
        const outcome = { result: request.result, facts: { writer: taskArn } };
        if (knowsJobs) await applyWrite(this.#table(), succeeded(jobId, holder, outcome, this.#now()));
        return this.#end(task, 0);
      }
      case "done":
    }
  }

  /** The task finds that no attempt can read the object. */
  async refuseObject(task: SimulatedTask): Promise<void> {
    if (!task.alive || task.step !== "document" || task.request.pipeline === FOREIGN) return;
    const { request, taskArn } = task;
    const failure = { cause: "unreadable", message: "it is damaged" } as const;
    const holder = { taskArn, attempt: request.attempt };
    await applyWrite(this.#table(), failed(request.jobId, holder, failure, this.#now()));
    this.#end(task, 1);
  }

  /** ECS says that a task has stopped, however it was. */
  stop(task: SimulatedTask, how: keyof typeof ENDS): void {
    if (task.isStopped || !task.alive) return;
    const { stopCode, exitCode, survives } = ENDS[how];
    task.alive = survives;
    this.#tellStopped(task, stopCode, exitCode);
  }

  job(jobId: string): Promise<JobItem | undefined> {
    return readJob(this.tables, jobId);
  }

  #end(task: SimulatedTask, exitCode: number): void {
    task.alive = false;
    task.step = "done";
    this.#tellStopped(task, "EssentialContainerExited", exitCode);
  }

  #tellStopped(task: SimulatedTask, stopCode: string, exitCode: number | undefined): void {
    if (task.isStopped) return;
    task.isStopped = true;
    const value = JSON.stringify(task.request);
    const time = this.#now();
    this.stoppedEvents.push({
      ...{ version: "0", id: task.taskArn, "detail-type": "ECS Task State Change", source: "aws.ecs" },
      ...{ account: "111122223333", time, region: "us-east-1", resources: [task.taskArn] },
      detail: {
        taskArn: task.taskArn,
        taskDefinitionArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/processor:1",
        clusterArn: "arn:aws:ecs:us-east-1:111122223333:cluster/longshore",
        ...{ lastStatus: "STOPPED", desiredStatus: "STOPPED", version: 9, group: "family:processor" },
        ...{ capacityProviderName: task.capacityProvider, memory: task.memory, cpu: "256" },
        ...{ stopCode, stoppedReason: stopCode, stoppedAt: time },
        containers: [
          { name: "processor", lastStatus: "STOPPED", ...(exitCode === undefined ? {} : { exitCode }) },
        ],
        overrides: {
          containerOverrides: [{ name: "processor", environment: [{ name: JOB_VARIABLE, value }] }],
        },
      },
    });
  }

  #now(): string {
    this.#time += 1_000;
    return new Date(this.#time).toISOString();
  }

  /** Tables that write down every state, and fail once their function is gone. */
  #table(): JobTable {
    const send = async (command: never) => {
      if (this.#untilCrash-- <= 0) throw new Crash("the function is gone");
      const answer = (await this.tables.client.send(command)) as { Attributes?: JobItem };
      const given: unknown = command;
      if (
        given instanceof UpdateCommand &&
        given.input.TableName === this.tables.jobsTable &&
        answer.Attributes
      ) {
        const { jobId, status, attempt } = answer.Attributes;
        this.history.push({ jobId, status, attempt });
      }
      return answer;
    };
    const client = new Proxy(this.tables.client, {
      get: (target, name) => (name === "send" ? send : Reflect.get(target, name)),
    });
    return { ...this.tables, client };
  }

  #common() {
    const table = this.#table();
    return {
      table,
      pipelines: [this.pipeline],
      sendLater: async (request: LaunchRequest) => {
        if (this.#untilCrash-- <= 0) throw new Crash("the function is gone");
        this.launches.push(request);
      },
      incidents: {
        table: { client: table.client, incidentsTable: this.tables.incidentsTable },
        keepDays: 90,
        windows: alertWindows(table.client, this.tables.countersTable),
        publish: async (alert: Alert) => void this.alerts.push(alert),
        invocation: String(++this.#invocations),
        now: () => new Date(this.#time),
      },
      now: () => new Date(this.#now()),
    };
  }

  #launching(): LaunchDependencies {
    return {
      ...this.#common(),
      ecs: { send: (async (command: RunTaskCommand) => this.#runTask(command)) as never },
      site: {
        cluster: "longshore",
        processor: { taskDefinition: "processor", container: "processor" },
        ownContainers: {},
        subnets: [],
        securityGroups: [],
        assignPublicIp: "DISABLED",
        resultsBucket: "results",
      },
      budget: { takeTurn: async (now) => now },
      random: () => 0,
    };
  }

  #stopping(): StoppedTaskDependencies {
    return {
      ...this.#common(),
      readFacts: async ({ key }) => {
        const found = this.documents.get(key);
        return found && { writer: found.taskArn };
      },
      priceBasis: { architecture: "x86_64" },
      readTaskDefinition: async () => [],
      readLog: async (place) => ({ ...place, lines: [] }),
      onMissing: () => {},
    };
  }

  #runTask({ input }: RunTaskCommand) {
    const answer = this.nextAnswer;
    if (answer === "no-capacity") return { tasks: [], failures: [{ reason: "RESOURCE:MEMORY" }] };
    if (answer === "throttled") {
      throw Object.assign(new Error("Rate exceeded"), {
        name: "ThrottlingException",
        $metadata: { httpStatusCode: 400 },
      });
    }
    const task = this.#tokens.get(input.clientToken ?? "") ?? this.#newTask(input);
    this.#tokens.set(input.clientToken ?? "", task);
    if (answer === "lost") throw Object.assign(new Error("socket hang up"), { $metadata: {} });
    return { tasks: [{ taskArn: task.taskArn }], failures: [] };
  }

  #newTask({ overrides, capacityProviderStrategy }: RunTaskCommand["input"]): SimulatedTask {
    const text = overrides?.containerOverrides?.[0]?.environment?.[0]?.value ?? "";
    const request = jobRequest.parse(JSON.parse(text));
    const task: SimulatedTask = {
      taskArn: `arn:aws:ecs:us-east-1:111122223333:task/longshore/${request.jobId.slice(0, 12)}${this.tasks.length}`,
      request,
      memory: overrides?.memory ?? "512",
      capacityProvider: capacityProviderStrategy?.[0]?.capacityProvider ?? "FARGATE",
      alive: true,
      step: "start",
      isStopped: false,
    };
    this.tasks.push(task);
    return task;
  }
}
