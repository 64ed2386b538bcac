import { createHash } from "node:crypto";
import { FINAL_STATUSES, type JobItem } from "../../../events/jobs/job.ts";
import { resultDocument } from "../../../events/result.ts";
import { comparableDocument, type ExpectedResults } from "./expected.ts";
import { unexplainedAlerts } from "./judge-alerts.ts";
import type { Observed } from "./observe.ts";
import { type PlannedObject, POISON_MESSAGES } from "./planned-objects.ts";

/** What came of a run. */
export interface Verdict {
  /** One row a figure. */
  readonly figures: readonly (readonly [figure: string, value: string | number])[];
  /** Everything that is not as it is without faults; empty when all is well. */
  readonly problems: readonly string[];
  /** How often each fault struck. */
  readonly struck: Readonly<Record<string, number>>;
}

/** Holds what a run left behind against what a run without faults gives. */
export async function judge(
  planned: readonly PlannedObject[],
  observed: Observed,
  expected: ExpectedResults,
  elapsedSeconds: number,
): Promise<Verdict> {
  const results = await judgeResults(planned, observed, expected);
  const open = observed.jobs.filter(({ status }) => !FINAL_STATUSES.includes(status));
  const left = messagesLeft(observed);
  const alerts = unexplainedAlerts(observed);
  const struck = countBy(observed.injections, ({ kind }) => kind);
  const attempts = countBy(observed.jobs, ({ attempt }) => String(attempt));
  const problems = [
    ...results.problems,
    ...open.map(({ key, status }) => `the job of ${key} is still ${status}`),
    ...left,
    ...alerts,
  ];
  return {
    figures: [
      ["objects", planned.length],
      ["versions uploaded", observed.versions.length],
      ["jobs", observed.jobs.length],
      ...rowsOf(
        "jobs ",
        countBy(observed.jobs, ({ status }) => status),
      ),
      ["jobs in a task of their own", observed.jobs.filter(({ lane }) => lane === "dedicated").length],
      ["results equal to those without faults", `${results.equal} of ${results.compared}`],
      ["jobs open", open.length],
      ["messages left", left.length],
      ...rowsOf("jobs that took attempts: ", attempts),
      ...rowsOf("struck: ", struck),
      ...rowsOf(
        "incidents: ",
        countBy(observed.incidents, ({ cause, severity }) => `${cause}, ${severity}`),
      ),
      ["mails to administrators", observed.mails.length],
      ["restarts after kill -9", observed.restarts],
      ["alerts unexplained or missing", alerts.length],
      ["seconds", elapsedSeconds],
    ],
    problems,
    struck,
  };
}

/** Each version has one job; that of a key's newest version has the result, an older one's has its own or gave way. */
async function judgeResults(
  planned: readonly PlannedObject[],
  { versions, jobs, documents }: Observed,
  expected: ExpectedResults,
) {
  const problems: string[] = [];
  const objects = new Map(planned.map((object) => [object.key, object]));
  const byVersion = Map.groupBy(jobs, ({ key, versionId }) => `${key} ${versionId}`);
  let compared = 0;
  let equal = 0;
  for (const { key, versionId, etag, isLatest } of versions) {
    const object = objects.get(key);
    const [job, ...others] = byVersion.get(`${key} ${versionId}`) ?? [];
    const body = [object?.body, object?.overwrittenWith].find((one) => one && md5(one) === etag);
    if (!object || !body) problems.push(`${key} was not uploaded with ETag ${etag}`);
    else if (!job) problems.push(`${key} (${versionId}) has no job`);
    else if (others.length > 0) problems.push(`${key} (${versionId}) has ${others.length + 1} jobs`);
    else if (job.lane !== object.lane) problems.push(`${key} went to the ${job.lane} lane`);
    else if (job.status === "superseded") {
      if (isLatest) problems.push(`${key}: its newest version's job gave way to ${job.supersededBy}`);
    } else {
      compared += 1;
      const difference = await differenceOf(job, documents.get(job.jobId), await expected.of(key, body));
      if (difference === undefined) equal += 1;
      else problems.push(`${key} (${versionId}): ${difference}`);
    }
  }
  const known = new Set(versions.map(({ key, versionId }) => `${key} ${versionId}`));
  for (const name of byVersion.keys())
    if (!known.has(name)) problems.push(`there is a job of ${name}, and no object`);
  for (const { key } of planned) {
    if (!versions.some((version) => version.key === key)) problems.push(`${key} is gone`);
  }
  return { problems, compared, equal };
}

async function differenceOf(
  job: JobItem,
  text: string | undefined,
  wanted: Awaited<ReturnType<ExpectedResults["of"]>>,
): Promise<string | undefined> {
  if (job.status !== wanted.status) {
    return `is ${job.status} instead of ${wanted.status}: ${JSON.stringify(job.failure ?? {})}`;
  }
  if (wanted.status === "failed") {
    return job.failure?.cause === wanted.cause
      ? undefined
      : `failed for ${job.failure?.cause} instead of ${wanted.cause}: ${job.failure?.message}`;
  }
  if (text === undefined) return "has no result document";
  if (JSON.stringify(sorted(job.facts)) !== JSON.stringify(sorted(wanted.facts))) {
    return `its item says ${JSON.stringify(job.facts)} instead of ${JSON.stringify(wanted.facts)}`;
  }
  if (job.pipeline === "count") return text === wanted.document ? undefined : `its result is ${text}`;
  const document = resultDocument.parse(JSON.parse(text));
  if (document.jobId !== job.jobId || document.attempt !== job.attempt) {
    return `its result is that of job ${document.jobId}, attempt ${document.attempt}, not of attempt ${job.attempt}`;
  }
  const found = comparableDocument(document);
  return found === wanted.document ? undefined : `its result is\n${found}\ninstead of\n${wanted.document}`;
}

/** Nothing but what no worker can read, and that where unreadable messages go. */
function messagesLeft({ queues, deadLetters }: Observed): string[] {
  const strangers = deadLetters.filter((body) => !POISON_MESSAGES.includes(body));
  const missing = POISON_MESSAGES.filter((body) => !deadLetters.includes(body));
  return [
    ...queues
      .filter(({ name, messages }) => messages > 0 && !/JobsDeadLetters/.test(name))
      .map(({ name, messages }) => `${messages} messages are left in ${name}`),
    ...strangers.map((body) => `a dead letter that should be none: ${body.slice(0, 500)}`),
    ...missing.map((body) => `no dead letter of ${body}`),
  ];
}

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  return counts;
}

function rowsOf(prefix: string, counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => [`${prefix}${name}`, count]);
}

function sorted(facts: unknown): unknown {
  return Object.entries(facts ?? {}).toSorted(([a], [b]) => a.localeCompare(b));
}

function md5(body: Buffer): string {
  return createHash("md5").update(body).digest("hex");
}
