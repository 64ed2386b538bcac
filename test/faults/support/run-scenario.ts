import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { FINAL_STATUSES } from "../../../events/jobs/job.ts";
import type { Scenario } from "../../../local/faults/scenario.ts";
import { ExpectedResults } from "./expected.ts";
import { judge, type Verdict } from "./judge.ts";
import { observe } from "./observe.ts";
import { type PlannedObject, POISON_MESSAGES, planObjects } from "./planned-objects.ts";
import { FaultySystem } from "./system.ts";

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly objects: number;
  /** Folder of the assembly of `synthesizeFaultsApp`. */
  readonly assembly: string;
  /** Of the runtime's clock. */
  readonly speed: number;
  /** How long nothing may come to an end before the run is given up, in milliseconds. */
  readonly patienceMs: number;
  readonly log: (line: string) => void;
}

const UPLOADS_AT_ONCE = 6;
/** Tasks of their own that large objects may have at once: as many as a small machine bears. */
const DEDICATED_AT_ONCE = 12;
const POLL_MS = 500;

/** Runs one scenario from the first upload until all is quiet, and says what has come of it. */
export async function runScenario(run: ScenarioRun): Promise<Verdict> {
  const { scenario, objects, log } = run;
  const folder = await mkdtemp(join(tmpdir(), "longshore-faults-"));
  const planned = await planObjects(objects, scenario.seed, folder);
  const began = performance.now();
  const system = await FaultySystem.start({ ...run, state: join(folder, "state") });
  try {
    await upload(planned, system);
    log(`${objects} objects are uploaded after ${seconds(began)} s`);
    await quiet(planned, system, run);
    const elapsed = seconds(began);
    await using expected = await ExpectedResults.create();
    return await judge(planned, await observe(system, run.speed), expected, elapsed);
  } catch (error) {
    log(system.output.slice(-8_000));
    throw error;
  } finally {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function upload(planned: readonly PlannedObject[], system: FaultySystem): Promise<void> {
  const waiting = planned.toReversed();
  const one = async () => {
    for (let object = waiting.pop(); object; object = waiting.pop()) {
      if (object.lane === "dedicated") await room(system);
      await put(system, object.key, object.body);
      if (object.overwrittenWith) await put(system, object.key, object.overwrittenWith);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, one));
  for (const MessageBody of POISON_MESSAGES) {
    await insistently(system, () =>
      system.clients.sqs.send(new SendMessageCommand({ QueueUrl: system.out("JobsQueueUrl"), MessageBody })),
    );
  }
}

function put(system: FaultySystem, key: string, body: Buffer) {
  const command = () => new PutObjectCommand({ Bucket: system.out("UploadsBucket"), Key: key, Body: body });
  return insistently(system, () => system.clients.s3.send(command()));
}

async function room(system: FaultySystem): Promise<void> {
  for (;;) {
    const tasks = await insistently(system, () => system.tasks("RUNNING"));
    if (tasks.filter(({ group }) => !group?.startsWith("service:")).length < DEDICATED_AT_ONCE) return;
    await pause(POLL_MS);
  }
}

/** Asks again while nobody is there to answer: an uploader does not give up because of a restart. */
async function insistently<Answer>(system: FaultySystem, ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    system.check();
    try {
      return await ask();
    } catch (error) {
      if (isAnswer(error)) throw error;
      await pause(POLL_MS);
    }
  }
}

/** Whether a service has said no, and not just been away. */
function isAnswer(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return ($metadata?.httpStatusCode ?? 500) < 500;
}

/** Until every version has a final job, every queue but those of dead letters is empty, and nothing more is told. */
async function quiet(
  planned: readonly PlannedObject[],
  system: FaultySystem,
  run: ScenarioRun,
): Promise<void> {
  const began = performance.now();
  let last = "";
  let around = "";
  let changedAt = performance.now();
  let quietSince: number | undefined;
  for (;;) {
    await pause(2 * POLL_MS);
    system.check();
    const now = await insistently(system, () => progress(planned.length, system));
    if (now.line !== last) {
      last = now.line;
      changedAt = performance.now();
      run.log(`${seconds(began)} s: ${now.line}, ${now.around}`);
    }
    if (!now.isDone || now.around !== around) quietSince = undefined;
    around = now.around;
    if (now.isDone && quietSince === undefined) {
      quietSince = performance.now();
      await system.disarm();
    }
    if (quietSince !== undefined && performance.now() - quietSince > QUIET_MS) return;
    if (performance.now() - changedAt > run.patienceMs) {
      throw new Error(`Nothing came to an end for ${run.patienceMs} ms: ${last}, ${around}`);
    }
  }
}

/** What is told by then has been told: a function that failed over a stopped task's event is run again after 6 s. */
const QUIET_MS = 7_000;

async function progress(objects: number, system: FaultySystem) {
  const [jobs, queues, incidents, injections, tasks] = await Promise.all([
    system.jobs(),
    system.queues(),
    system.incidents(),
    system.injections(),
    system.tasks("RUNNING"),
  ]);
  const final = jobs.filter(({ status }) => FINAL_STATUSES.includes(status)).length;
  const isForDead = ({ name }: { name: string }) => /DeadLetters|Undelivered/.test(name);
  const messages = sumOf(queues.filter((queue) => !isForDead(queue)));
  const own = tasks.filter(({ group }) => !group?.startsWith("service:")).length;
  const line = `${final} of ${jobs.length} jobs final, ${messages} messages, ${own} tasks of their own`;
  const around =
    `${sumOf(queues.filter(isForDead))} dead letters, ${incidents.length} incidents, ` +
    `${injections.length} faults, ${system.restarts} restarts`;
  const isDone = final === jobs.length && jobs.length >= objects && messages === 0 && own === 0;
  return { line, around, isDone };
}

function sumOf(queues: readonly { readonly messages: number }[]): number {
  return queues.reduce((sum, { messages }) => sum + messages, 0);
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1_000);
}
