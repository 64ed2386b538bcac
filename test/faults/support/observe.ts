import type { Incident } from "../../../events/incidents/incident.ts";
import type { JobItem } from "../../../events/jobs/job.ts";
import type { Injection } from "../../../local/faults/injection-log.ts";
import type { FaultySystem, QueueCount } from "./system.ts";

/** What a run has left behind. */
export interface Observed {
  readonly versions: readonly { key: string; versionId: string; etag: string; isLatest: boolean }[];
  readonly jobs: readonly JobItem[];
  /** Result documents that jobs name, by job id. */
  readonly documents: ReadonlyMap<string, string>;
  readonly queues: readonly QueueCount[];
  /** Bodies in the dead-letter queue of the jobs queue. */
  readonly deadLetters: readonly string[];
  readonly incidents: readonly Incident[];
  readonly injections: readonly Injection[];
  /** Tasks that stopped because the runtime was killed. */
  readonly killedWithRuntime: readonly string[];
  readonly mails: readonly string[];
  readonly restarts: number;
  /** Seconds of the runtime's clock for one of the wall's, which jobs' times are of. */
  readonly speed: number;
}

/** What ECS says of tasks that ran when the runtime was killed. */
export const KILLED_WITH_RUNTIME = "the local runtime was killed";

const AT_ONCE = 16;

/** @param speed of the runtime's clock */
export async function observe(system: FaultySystem, speed: number): Promise<Observed> {
  const queues = await system.queues();
  const jobs = await system.jobs();
  const stopped = await system.tasks("STOPPED");
  return {
    versions: await system.versions(),
    jobs,
    documents: await documentsOf(jobs, system),
    queues,
    deadLetters: await system.takeAll(system.out("JobsDeadLetterQueueUrl")),
    incidents: await system.incidents(),
    injections: await system.injections(),
    killedWithRuntime: stopped
      .filter(({ stoppedReason = "" }) => stoppedReason.includes(KILLED_WITH_RUNTIME))
      .map(({ taskArn = "" }) => taskArn),
    mails: system.mails(),
    restarts: system.restarts,
    speed,
  };
}

async function documentsOf(jobs: readonly JobItem[], system: FaultySystem): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  const waiting = jobs.filter(({ result }) => result !== undefined);
  const one = async () => {
    for (let job = waiting.pop(); job?.result; job = waiting.pop()) {
      documents.set(job.jobId, await system.text(job.result));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return documents;
}
