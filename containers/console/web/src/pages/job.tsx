import { useEffect, useState } from "preact/hooks";
import type { JobDetail } from "../../../api/schemas/jobs.ts";
import { api } from "../api/client.ts";
import { listen } from "../api/live.ts";
import { isAdministrator } from "../api/session.ts";
import { announce } from "../lib/announce.ts";
import { CAUSES } from "../lib/causes.ts";
import { dollars, duration, instant, shortName, size } from "../lib/format.ts";
import { isOpen, STATUSES } from "../lib/statuses.ts";
import { useLoad } from "../lib/use-load.ts";
import { Result } from "../results/result.tsx";
import { Card } from "../ui/card.tsx";
import { Copy } from "../ui/copy.tsx";
import { Facts } from "../ui/facts.tsx";
import { Fault, Loading, Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { JobBadge } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { Attempts } from "./job/attempts.tsx";
import { JobLogView } from "./job/job-log.tsx";
import { RawJson } from "./job/raw-json.tsx";
import "../styles/job.css";
import "../styles/results.css";

export function JobPage({ param: jobId }: { readonly param: string }) {
  const { value, error, reload } = useLoad(jobId, (signal) => api.readJob(jobId, signal));
  useEffect(() => {
    const ends = [
      listen("job", (job) => {
        if (job.jobId !== jobId) return;
        if (!isOpen(job.status)) announce(STATUSES[job.status].text);
        reload();
      }),
      listen("ready", reload),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [jobId]);
  if (!value) {
    return (
      <Page title="Job">
        {error === undefined ? (
          <Loading what="Reading the job" />
        ) : (
          <Fault error={error} retry={reload}>
            <p>
              <a href="/jobs">Look for it in the list of jobs</a>
            </p>
          </Fault>
        )}
      </Page>
    );
  }
  return <JobView detail={value} reload={reload} />;
}

function JobView({ detail, reload }: { readonly detail: JobDetail; readonly reload: () => void }) {
  const { job, attempts, cost, replayable } = detail;
  const { startedAt, finishedAt } = job;
  const took = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : undefined;
  const waited = startedAt ? Date.parse(startedAt) - Date.parse(job.createdAt) : undefined;
  return (
    <Page
      title={job.name}
      lead={
        <>
          <JobBadge status={job.status} /> <span>{STATUSES[job.status].meaning}</span>
        </>
      }
      aside={replayable && isAdministrator() ? <Replay jobId={job.jobId} onDone={reload} /> : undefined}
    >
      {job.failure && (
        <Notice tone="bad" icon="incidents">
          <p>
            <b>{CAUSES[job.failure.cause]}.</b>{" "}
            {replayable && isAdministrator()
              ? "Mend what it names, then try it again."
              : "Uploading the file again starts a new job."}
          </p>
          <p class="anywhere">{job.failure.message}</p>
        </Notice>
      )}
      {job.status === "running" && (
        <div class="job-progress">
          <progress max={100} value={job.progress?.percent} aria-label="Progress" />
          <p>
            {job.progress
              ? `${job.progress.step}, ${Math.round(job.progress.percent)} %`
              : "A task is working on it."}
          </p>
        </div>
      )}
      {job.status === "queued" && job.waitingFor && (
        <Notice tone="busy" icon="clock">
          <p>It waits: {job.waitingFor}.</p>
        </Notice>
      )}
      {job.supersededBy && (
        <Notice tone="still" icon="layers">
          <p>
            A newer version has come. <a href={`/jobs/${job.supersededBy}`}>Go to its job</a>
          </p>
        </Notice>
      )}
      <Facts
        facts={[
          ["Pipeline", `${job.pipeline}, ${job.lane} lane`],
          ["Size", size(job.size)],
          ["Came", <Ago key="came" time={job.createdAt} />],
          ["Waited", waited === undefined ? undefined : duration(waited)],
          ["Took", took === undefined ? undefined : duration(took)],
          ["Attempt", job.attempt > 0 && String(job.attempt)],
          ["Cost", cost && `${dollars(cost.cost)}${cost.estimated ? ", estimated" : ""}`],
          [
            "With a task of its own",
            cost &&
              cost.onePerObject !== cost.cost &&
              `${dollars(cost.onePerObject)}, ${times(cost.onePerObject, cost.cost)}`,
          ],
        ]}
      />
      {job.hasResult && <ResultOf job={job} />}
      <Attempts attempts={attempts} timeline={detail.timeline} />
      <JobLogView jobId={job.jobId} open={isOpen(job.status)} />
      <Card title="Where it is">
        <Facts
          facts={[
            ["Object", <Copy key="object" text={`s3://${job.bucket}/${job.key}`} />],
            ["Version", job.versionId && <Copy key="version" text={job.versionId} />],
            ["Job", <Copy key="job" text={job.jobId} />],
            ["Task", job.taskArn && <Copy key="task" text={shortName(job.taskArn)} />],
            ["Came at", instant(job.createdAt)],
            ["Finished at", finishedAt && instant(finishedAt)],
          ]}
        />
      </Card>
    </Page>
  );
}

/** Whatever a browser would make of a file, it keeps it: this says nothing of what is in it. */
const DOWNLOAD = "application/octet-stream";

function times(large: number, small: number): string {
  return small > 0 ? `${Math.round(large / small)} times as much` : "against nothing";
}

function ResultOf({ job }: { readonly job: JobDetail["job"] }) {
  const { value, error, reload } = useLoad(
    `${job.jobId} ${job.attempt} ${job.finishedAt}`,
    async (signal) => {
      const [document, { files }] = await Promise.all([
        api.readResult(job.jobId, signal),
        api.listFiles(job.jobId, signal),
      ]);
      return { document, files };
    },
  );
  if (error !== undefined) return <Fault error={error} retry={reload} />;
  if (!value) return <Loading what="Reading the result" lines={6} />;
  const { document, files } = value;
  const others = files.filter(({ kind }) => kind !== "image");
  return (
    <>
      {document.warnings?.length > 0 && (
        <Notice tone="busy" icon="incidents">
          <ul class="plain-list">
            {document.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Result document={document} files={files} name={job.name} />
      <Card
        title="Result document"
        note={
          document.type &&
          `${document.type.mime}, told by its ${document.type.detectedBy}; analyzer ${document.analyzer?.name} ${document.analyzer?.version}`
        }
      >
        <ul class="files">
          {others.map((file) => (
            <li key={file.name}>
              <a href={file.url} download>
                {file.name}
              </a>
              <span class="quiet">
                {[
                  file.contentType !== DOWNLOAD && file.contentType,
                  file.size !== undefined && size(file.size),
                ]
                  .filter(Boolean)
                  .join(", ")}
              </span>
            </li>
          ))}
        </ul>
        <RawJson value={document} name={`result-${job.jobId.slice(0, 8)}.json`} />
      </Card>
    </>
  );
}

function Replay({ jobId, onDone }: { readonly jobId: string; readonly onDone: () => void }) {
  const [state, setState] = useState<"idle" | "busy">("idle");
  const [error, setError] = useState<unknown>();
  const replay = async () => {
    setState("busy");
    setError(undefined);
    try {
      await api.replayJob(jobId);
      announce("The job is tried again");
      onDone();
    } catch (problem) {
      setError(problem);
    }
    setState("idle");
  };
  return (
    <div class="replay">
      <button type="button" class="button" disabled={state === "busy"} onClick={() => void replay()}>
        {state === "busy" ? "Trying again …" : "Try it again"}
      </button>
      {error !== undefined && <Fault error={error} />}
    </div>
  );
}
