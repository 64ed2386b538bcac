import { useEffect, useMemo, useState } from "preact/hooks";
import type { IncidentSummary } from "../../../api/schemas/incidents.ts";
import { api } from "../api/client.ts";
import { listen } from "../api/live.ts";
import { about } from "../api/session.ts";
import { announce } from "../lib/announce.ts";
import { CAUSES, SEVERITIES } from "../lib/causes.ts";
import { plural } from "../lib/format.ts";
import { query, setQuery } from "../lib/router.ts";
import { useLoad } from "../lib/use-load.ts";
import { Empty, Fault, Loading } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Badge } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { Choice } from "./jobs/job-filters.tsx";
import "../styles/jobs.css";
import "../styles/incidents.css";

const PAGE = 100;

export function Incidents() {
  const asked = query.value.toString();
  const filters = useMemo(() => {
    const of = (name: string) => new URLSearchParams(asked).get(name) ?? "";
    return { severity: of("severity"), cause: of("cause"), pipeline: of("pipeline") };
  }, [asked]);
  const [more, setMore] = useState<readonly IncidentSummary[]>([]);
  const [cursor, setCursor] = useState<string>();
  const { value, error, reload } = useLoad(asked, async (signal) => {
    const page = await api.listIncidents({ ...filters, limit: PAGE }, signal);
    setMore([]);
    setCursor(page.cursor);
    return page.incidents;
  });
  useEffect(() => {
    const ends = [
      listen("incident", (incident) => {
        announce(`New incident: ${incident.summary}`);
        reload();
      }),
      listen("ready", reload),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  const older = async () => {
    const page = await api.listIncidents({ ...filters, limit: PAGE, cursor });
    setMore((before) => [...before, ...page.incidents]);
    setCursor(page.cursor);
  };
  const incidents = value && [...value, ...more];
  const filtered = Object.values(filters).some((text) => text !== "");
  return (
    <Page
      title="Incidents"
      lead="Tasks that stopped wrongly and launches that were refused, of the last week."
    >
      <search class="filters">
        <Choice
          name="Severity"
          value={filters.severity}
          all="any severity"
          options={Object.entries(SEVERITIES).map(([name, { text }]) => [name, text.toLowerCase()])}
          onChange={(severity) => setQuery({ severity })}
        />
        <Choice
          name="Cause"
          value={filters.cause}
          all="any cause"
          options={Object.entries(CAUSES).map(([name, text]) => [name, text.toLowerCase()])}
          onChange={(cause) => setQuery({ cause })}
        />
        <Choice
          name="Pipeline"
          value={filters.pipeline}
          all="any pipeline"
          options={(about.value?.pipelines ?? []).map(({ name }) => [name, name])}
          onChange={(pipeline) => setQuery({ pipeline })}
        />
      </search>
      {error !== undefined && <Fault error={error} retry={reload} />}
      {!incidents && error === undefined && <Loading what="Reading incidents" lines={6} />}
      {incidents?.length === 0 &&
        (filtered ? (
          <Empty icon="search" title="No incident fits">
            <p>
              Take a filter away, or <a href="/incidents">show all of the week</a>.
            </p>
          </Empty>
        ) : (
          <Empty icon="check" title="No incidents this week">
            <p>When a task stops that should not have, it is explained here, with what to do.</p>
          </Empty>
        ))}
      {incidents && incidents.length > 0 && <List incidents={incidents} />}
      {cursor && (
        <button type="button" class="button plain" onClick={() => void older()}>
          Show older incidents
        </button>
      )}
    </Page>
  );
}

/** Incidents alike that follow one another are one entry with a count. */
function List({ incidents }: { readonly incidents: readonly IncidentSummary[] }) {
  const groups: { first: IncidentSummary; count: number }[] = [];
  for (const incident of incidents) {
    const last = groups.at(-1);
    if (last?.first.fingerprint === incident.fingerprint) last.count++;
    else groups.push({ first: incident, count: 1 });
  }
  return (
    <ol class="incidents" aria-label="Incidents">
      {groups.map(({ first, count }) => (
        <IncidentItem key={first.incidentId} incident={first} count={count} />
      ))}
    </ol>
  );
}

function IncidentItem({ incident, count }: { readonly incident: IncidentSummary; readonly count: number }) {
  const { text, tone, icon } = SEVERITIES[incident.severity];
  return (
    <li class="incident" data-tone={tone}>
      <div class="incident-head">
        <Badge tone={tone} icon={icon}>
          {text}
        </Badge>
        <span class="incident-cause">{CAUSES[incident.cause]}</span>
        {count > 1 && <span class="quiet">{plural(count, "time")}</span>}
        <span class="quiet incident-when">
          <Ago time={incident.occurredAt} />
        </span>
      </div>
      <h2>
        <a href={`/incidents/${incident.incidentId}`}>{incident.summary}</a>
      </h2>
      <p>{incident.outcome}</p>
      {incident.job && (
        <p class="quiet small">
          <a href={`/jobs/${incident.job.jobId}`}>{incident.job.key}</a>, attempt {incident.job.attempt}
        </p>
      )}
    </li>
  );
}
