import { reachedThreshold } from "../../../functions/kit/incidents/alert-window.ts";
import { CAUSES } from "../../../functions/kit/incidents/causes.ts";
import { KILLED_WITH_RUNTIME, type Observed } from "./observe.ts";

/**
 * Incidents and mails that no injected fault explains, and those that are missing for one that did: each task that was
 * struck is one incident, and those that need people are one mail for all that are alike.
 */
export function unexplainedAlerts(observed: Observed): string[] {
  return [...incidentProblems(observed), ...mailProblems(observed)];
}

function incidentProblems(observed: Observed): string[] {
  const { incidents, injections, killedWithRuntime, jobs, restarts } = observed;
  const struck = new Map(
    injections
      .filter(({ kind }) => ["task-kill", "spot-interruption", "image-pull-error"].includes(kind))
      .map(({ target, kind }) => [target, kind]),
  );
  const explained = new Set([...struck.keys(), ...killedWithRuntime]);
  const told = new Set(incidents.map(({ task }) => task?.taskArn ?? ""));
  const finishers = new Set(jobs.flatMap(({ status, taskArn }) => (status === "succeeded" && taskArn) || []));
  return [
    ...incidents
      .filter(({ task, reason }) => {
        // ECS forgets stopped tasks after an hour of its clock, which a long run outlasts.
        const diedWithRuntime = restarts > 0 && reason.includes(KILLED_WITH_RUNTIME);
        return !diedWithRuntime && !explained.has(task?.taskArn ?? "");
      })
      .map(
        ({ summary, reason, log }) =>
          `an incident without a fault: ${summary} ${reason}\n${log?.lines.slice(-6).join("\n") ?? ""}`,
      ),
    ...[...explained]
      // A task that Spot warned may have finished its job in the time that it was given.
      .filter(
        (taskArn) => !told.has(taskArn) && !(struck.get(taskArn) !== "task-kill" && finishers.has(taskArn)),
      )
      .map(
        (taskArn) => `no incident of task ${taskArn} (${struck.get(taskArn) ?? "killed with the runtime"})`,
      ),
  ];
}

function mailProblems(observed: Observed): string[] {
  const { incidents, mails, restarts, deadLetters } = observed;
  const rest = [...mails];
  const take = (fits: (subject: string) => boolean): number => {
    const found = rest.filter(fits);
    for (const subject of found) rest.splice(rest.indexOf(subject), 1);
    return found.length;
  };
  const problems: string[] = [];
  const loud = incidents.filter(({ severity }) => severity !== "warning");
  for (const [words, sameWords] of Map.groupBy(loud, ({ cause }) => CAUSES[cause].words)) {
    const alike = [...Map.groupBy(sameWords, ({ fingerprint }) => fingerprint).values()];
    const most = alike.reduce((sum, { length }) => sum + thresholdsUpTo(length), restarts);
    const count = take((subject) => subject.startsWith("Longshore") && subject.includes(words));
    if (count < alike.length || count > most) {
      problems.push(`${count} mails say "${words}", instead of ${alike.length} to ${most}`);
    }
  }
  const letters = take((subject) => /^ALARM: .*jobs-dead-letters/.test(subject));
  if (letters > 1 + restarts || deadLetters.length > 0 !== letters > 0) {
    problems.push(`${letters} mails about ${deadLetters.length} dead letters of the jobs queue`);
  }
  for (const { alarm, lane, seconds } of LATE) {
    const told = take((subject) => subject.startsWith("ALARM: ") && subject.includes(alarm));
    const waited = longestWait(observed, lane);
    if (told > 0 && waited < seconds)
      problems.push(`${told} mails ${alarm}, and nothing waited past ${waited} s`);
  }
  return [...problems, ...rest.map((subject) => `a mail without a fault: ${subject}`)];
}

/** With many objects and a fast clock they wait for long enough to be told of, as infra/monitoring/alarms.ts has it. */
const LATE = [
  { alarm: "JobsWait", lane: "pooled", seconds: 15 * 60 },
  { alarm: "LaunchesWait", lane: "dedicated", seconds: 30 * 60 },
] as const;

/** Seconds of the runtime's clock from the first job of a lane that was begun to the last: none has waited longer by much. */
function longestWait({ jobs, speed }: Observed, lane: "pooled" | "dedicated"): number {
  const begun = jobs.flatMap((job) => (job.lane === lane && job.startedAt ? Date.parse(job.startedAt) : []));
  const first = begun.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const last = begun.reduce((most, time) => Math.max(most, time), first);
  return begun.length === 0 ? 0 : Math.round(((last - first) / 1_000) * speed);
}

/** An alert goes out at 1, 20, 400 … alike. */
function thresholdsUpTo(count: number): number {
  return Math.round(Math.log(reachedThreshold(count)) / Math.log(20)) + 1;
}
