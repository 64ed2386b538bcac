import type { HourReport } from "../../../../../events/batch/report.ts";
import type { ResultDocument } from "../../../../../events/result.ts";
import type {
  ClusterService,
  History,
  Queue,
  ScalingDecision,
  TaskList,
} from "../../../api/schemas/cluster.ts";
import type { ReplayedLetters } from "../../../api/schemas/dead-letters.ts";
import type { IncidentDetail, IncidentList } from "../../../api/schemas/incidents.ts";
import type { Job, JobDetail, JobFile, JobList, JobLog } from "../../../api/schemas/jobs.ts";
import type { RollupList } from "../../../api/schemas/reports.ts";
import type { About, Session } from "../../../api/schemas/session.ts";
import type {
  CompletedUpload,
  MultipartState,
  MultipartUpload,
  PartLinks,
  PreparedUpload,
} from "../../../api/schemas/uploads.ts";
import { ApiError, problemOf } from "./problem.ts";
import { signedOut } from "./session.ts";

type Query = Readonly<Record<string, string | number | undefined>>;

interface Call {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly body?: object;
  readonly query?: Query;
  readonly signal?: AbortSignal | undefined;
}

/** No answer takes so long: the connection is gone, whatever the browser believes. */
const ANSWER_MS = 45_000;

/** @throws ApiError */
async function call<Answer>(
  path: string,
  { method = "GET", body, query, signal }: Call = {},
): Promise<Answer> {
  const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  const address = given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
  const patience = AbortSignal.timeout(ANSWER_MS);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(address, {
      method,
      // The console takes changes as JSON alone, which no other site's form can send.
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    if (response.ok && response.status !== 204) answer = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    const words = "The console does not answer. Check your connection, then try again.";
    throw new ApiError(words, 0, undefined, error);
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && path !== "/api/session") signedOut();
    throw problem;
  }
  return answer as Answer;
}

const id = encodeURIComponent;

/** The console's API: containers/console/api has its contract. */
export const api = {
  about: () => call<About>("/api/about"),
  session: () => call<Session>("/api/session"),
  signIn: (token: string) => call<Session>("/api/session", { method: "POST", body: { token } }),
  signOut: () => call<void>("/api/session", { method: "DELETE" }),

  prepareUpload: (body: { name: string; size: number; type?: string }, signal?: AbortSignal) =>
    call<PreparedUpload>("/api/uploads", { method: "POST", body, signal }),
  createMultipart: (
    body: { name: string; size: number; type?: string; lastModified: number },
    signal?: AbortSignal,
  ) => call<MultipartUpload>("/api/multipart-uploads", { method: "POST", body, signal }),
  listMultipart: () => call<{ uploads: MultipartUpload[] }>("/api/multipart-uploads"),
  readMultipart: (upload: string, signal?: AbortSignal) =>
    call<MultipartState>(`/api/multipart-uploads/${id(upload)}`, { signal }),
  signParts: (upload: string, parts: readonly number[], signal?: AbortSignal) =>
    call<PartLinks>(`/api/multipart-uploads/${id(upload)}/parts`, {
      method: "POST",
      body: { parts },
      signal,
    }),
  completeMultipart: (upload: string, signal?: AbortSignal) =>
    call<CompletedUpload>(`/api/multipart-uploads/${id(upload)}/complete`, { method: "POST", signal }),
  abortMultipart: (upload: string) =>
    call<void>(`/api/multipart-uploads/${id(upload)}`, { method: "DELETE" }),

  listJobs: (query: Query, signal?: AbortSignal) => call<JobList>("/api/jobs", { query, signal }),
  readJob: (job: string, signal?: AbortSignal) => call<JobDetail>(`/api/jobs/${id(job)}`, { signal }),
  readResult: (job: string, signal?: AbortSignal) =>
    call<ResultDocument>(`/api/jobs/${id(job)}/result`, { signal }),
  listFiles: (job: string, signal?: AbortSignal) =>
    call<{ files: JobFile[] }>(`/api/jobs/${id(job)}/files`, { signal }),
  readLog: (job: string, query: Query, signal?: AbortSignal) =>
    call<JobLog>(`/api/jobs/${id(job)}/log`, { query, signal }),
  replayJob: (job: string) => call<{ job: Job }>(`/api/jobs/${id(job)}/replay`, { method: "POST" }),

  listTasks: (state: "running" | "stopped", signal?: AbortSignal) =>
    call<TaskList>("/api/cluster/tasks", { query: { state }, signal }),
  listServices: (signal?: AbortSignal) =>
    call<{ services: ClusterService[] }>("/api/cluster/services", { signal }),
  listScaling: (signal?: AbortSignal) =>
    call<{ decisions: ScalingDecision[] }>("/api/cluster/scaling", { signal }),
  listQueues: (signal?: AbortSignal) => call<{ queues: Queue[] }>("/api/cluster/queues", { signal }),
  history: (query: Query, signal?: AbortSignal) => call<History>("/api/cluster/history", { query, signal }),
  replayLetters: (queue: string, dryRun: boolean) =>
    call<ReplayedLetters>(`/api/cluster/queues/${id(queue)}/replay`, { method: "POST", body: { dryRun } }),

  listIncidents: (query: Query, signal?: AbortSignal) =>
    call<IncidentList>("/api/incidents", { query, signal }),
  readIncident: (incident: string, signal?: AbortSignal) =>
    call<IncidentDetail>(`/api/incidents/${id(incident)}`, { signal }),

  listRollups: (query: Query, signal?: AbortSignal) => call<RollupList>("/api/rollups", { query, signal }),
  readReport: (hour: string, signal?: AbortSignal) =>
    call<HourReport>(`/api/reports/${id(hour)}`, { signal }),
};
