import { useState } from "preact/hooks";
import type { IncidentDetail } from "../../../api/schemas/incidents.ts";
import { api } from "../api/client.ts";
import { announce } from "../lib/announce.ts";
import { capacityName } from "../lib/capacity.ts";
import { CAUSES, SEVERITIES } from "../lib/causes.ts";
import { familyOf, instant, label, plural, shortName, size } from "../lib/format.ts";
import { navigate } from "../lib/router.ts";
import { useLoad } from "../lib/use-load.ts";
import { Card } from "../ui/card.tsx";
import { Copy } from "../ui/copy.tsx";
import { Facts } from "../ui/facts.tsx";
import { LogLines } from "../ui/log-lines.tsx";
import { Fault, Loading, Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Badge } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import "../styles/incidents.css";
import "../styles/job.css";

/** Links that an incident has, by its names for them. */
const LINKS: Readonly<Record<string, string>> = { ecs: "Task in ECS", logs: "Log stream in CloudWatch" };

export function IncidentPage({ param: incidentId }: { readonly param: string }) {
  const { value, error, reload } = useLoad(incidentId, async (signal) => {
    const detail = await api.readIncident(incidentId, signal);
    const jobId = detail.incident.job?.jobId;
    const job = jobId === undefined ? undefined : await api.readJob(jobId, signal).catch(() => undefined);
    return { detail, replayable: job?.replayable ?? false };
  });
  if (!value) {
    return (
      <Page title="Incident">
        {error === undefined ? (
          <Loading what="Reading the incident" />
        ) : (
          <Fault error={error} retry={reload}>
            <p>
              <a href="/incidents">Look for it in the list of incidents</a>
            </p>
          </Fault>
        )}
      </Page>
    );
  }
  return <IncidentView {...value} />;
}

function IncidentView({
  detail,
  replayable,
}: {
  readonly detail: IncidentDetail;
  readonly replayable: boolean;
}) {
  const { incident, alike, moreAlike } = detail;
  const { severity, cause, summary, reason, remedy, outcome, task, job, log, links, occurredAt } = incident;
  const { text, tone, icon, meaning } = SEVERITIES[severity];
  // The console's link leads here.
  const elsewhere = Object.entries(links).filter(([name]) => name !== "console");
  const others = alike.filter(({ incidentId }) => incidentId !== incident.incidentId);
  return (
    <Page
      title={CAUSES[cause]}
      heading={summary}
      lead={
        <>
          <Badge tone={tone} icon={icon}>
            {text}
          </Badge>{" "}
          {meaning} <Ago time={occurredAt} />
        </>
      }
      aside={job && replayable ? <Replay jobId={job.jobId} /> : undefined}
    >
      <div class="two">
        <Card title="What to do">
          <p>{remedy}</p>
        </Card>
        <Card title="What the platform does">
          <p>{outcome}</p>
        </Card>
      </div>
      <Card title="Cause" note={CAUSES[cause]}>
        <p class="reason">
          <code>{reason}</code>
        </p>
        {elsewhere.length > 0 && (
          <ul class="links">
            {elsewhere.map(([name, url]) => (
              <li key={name}>
                <Link name={LINKS[name] ?? label(name)} url={url} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      {log && (
        <Card title="Last log lines" note={`${log.group}, ${log.stream}`}>
          {log.lines.length > 0 ? (
            <LogLines lines={log.lines.map((line) => ({ text: line }))} />
          ) : (
            <p class="quiet">The task wrote nothing.</p>
          )}
        </Card>
      )}
      {job && (
        <Card title="Affected job">
          <Facts
            facts={[
              [
                "File",
                <a key="job" href={`/jobs/${job.jobId}`}>
                  {job.key}
                </a>,
              ],
              ["Pipeline", job.pipeline],
              ["Attempt", String(job.attempt)],
              ["Size", size(job.size)],
              ["Bucket", job.bucket],
            ]}
          />
        </Card>
      )}
      {task && (
        <Card title="Task">
          <Facts
            facts={[
              ["Task", <Copy key="task" text={shortName(task.taskArn)} />],
              ["Definition", familyOf(task.taskDefinitionArn)],
              ["Capacity", task.capacity && capacityName(task.capacity)],
              ["CPU units", task.cpu],
              ["Memory", task.memory && `${task.memory} MiB`],
              ["Stop code", task.stopCode],
              ["Started", task.startedAt && instant(task.startedAt)],
              ["Stopped", task.stoppedAt && instant(task.stoppedAt)],
              ...task.containers.map(
                ({ name, exitCode, reason: why }) =>
                  [
                    `Container ${name}`,
                    [exitCode !== undefined && `exit code ${exitCode}`, why].filter(Boolean).join(", "),
                  ] as const,
              ),
            ]}
          />
        </Card>
      )}
      {others.length > 0 && (
        <Card
          title="Alike"
          note={`${plural(others.length, "other")}${moreAlike ? " and more" : ""} of the same day`}
        >
          <ul class="alike">
            {others.slice(0, 50).map((other) => (
              <li key={other.incidentId}>
                <a href={`/incidents/${other.incidentId}`}>{other.job?.key ?? other.summary}</a>
                <span class="quiet">
                  <Ago time={other.occurredAt} />
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Page>
  );
}

/** Links of an incident are the platform's own; whatever else stands there is text. */
function Link({ name, url }: { readonly name: string; readonly url: string }) {
  if (!/^https?:\/\//.test(url)) {
    return (
      <>
        {name}: <code>{url}</code>
      </>
    );
  }
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {name}
    </a>
  );
}

function Replay({ jobId }: { readonly jobId: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const replay = async () => {
    setBusy(true);
    try {
      await api.replayJob(jobId);
      announce("The job is tried again");
      navigate(`/jobs/${jobId}`);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <div class="replay">
      <button type="button" class="button" disabled={busy} onClick={() => void replay()}>
        {busy ? "Trying again …" : "Try its job again"}
      </button>
      {error !== undefined && (
        <Notice tone="bad" icon="incidents">
          <p>{error instanceof Error ? error.message : String(error)}</p>
        </Notice>
      )}
    </div>
  );
}
