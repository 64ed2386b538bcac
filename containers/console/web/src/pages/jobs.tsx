import { useEffect, useMemo } from "preact/hooks";
import { about } from "../api/session.ts";
import { count, moment } from "../lib/format.ts";
import { query } from "../lib/router.ts";
import { useVirtualRows } from "../lib/use-virtual-rows.ts";
import { Empty, Fault, Loading } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { JobFilters } from "./jobs/job-filters.tsx";
import { type Filters, filtersOf } from "./jobs/job-list.ts";
import { JobRow } from "./jobs/job-row.tsx";
import { type Jobs as JobsList, useJobs } from "./jobs/use-jobs.ts";
import "../styles/jobs.css";

const ROW_HEIGHT = 53;
/** The next page is asked for when so few rows are left below. */
const AHEAD = 40;

export function Jobs() {
  const text = query.value.toString();
  const filters = useMemo(() => filtersOf(query.value), [text]);
  const list = useJobs(filters);
  const { jobs, error, loading, cursor, searchedTo } = list;
  const known = jobs.length > 0 && `${count(jobs.length)}${cursor ? " and more" : ""}, newest first`;
  return (
    <Page title="Jobs" lead={known || "One job is one version of one object through one pipeline."}>
      <JobFilters filters={filters} pipelines={about.value?.pipelines.map(({ name }) => name) ?? []} />
      {jobs.length > 0 && <Table list={list} />}
      {error !== undefined && <Fault error={error} retry={list.reload} />}
      {loading && <Loading what="Reading jobs" lines={jobs.length > 0 ? 1 : 8} />}
      {!loading && error === undefined && jobs.length === 0 && (
        <Nothing filters={filters} searchedTo={cursor && searchedTo} more={list.more} />
      )}
    </Page>
  );
}

function Table({ list: { jobs, cursor, more } }: { readonly list: JobsList }) {
  const { frame, height, rows, measure, show } = useVirtualRows({
    count: jobs.length,
    rowHeight: ROW_HEIGHT,
    keyOf: (index) => jobs[index]?.jobId ?? String(index),
  });
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= jobs.length - AHEAD) more();
  }, [last, jobs.length, cursor]);
  const byKey = (event: KeyboardEvent) => {
    const from = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-index]") : null;
    if (!from) return;
    const index = Number(from.dataset.index);
    const goals: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: jobs.length - 1,
    };
    const to = goals[event.key];
    if (to === undefined || to < 0 || to >= jobs.length) return;
    event.preventDefault();
    show(to);
    focusRow(frame.current, to);
  };
  return (
    <div
      class="jobs"
      role="table"
      aria-label="Jobs"
      aria-rowcount={cursor ? -1 : jobs.length + 1}
      onKeyDown={byKey}
    >
      <div class="jobs-head" role="row" aria-rowindex={1}>
        {["State", "File", "Pipeline", "Size", "Came", "Took"].map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div ref={frame} class="rows" role="rowgroup" style={{ height: `${height}px` }}>
        {rows.map(({ index, key, top }) => {
          const job = jobs[index];
          return (
            job && (
              <div
                key={key}
                ref={measure}
                role="row"
                class="rows-item jobs-row"
                data-index={index}
                aria-rowindex={index + 2}
                style={{ transform: `translateY(${top}px)` }}
              >
                <JobRow job={job} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

/** A row that is scrolled to is there a frame or two later. */
function focusRow(frame: Element | null, index: number, tries = 10): void {
  const link = frame?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
  if (link) link.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusRow(frame, index, tries - 1));
}

function Nothing({
  filters,
  searchedTo,
  more,
}: {
  readonly filters: Filters;
  readonly searchedTo: string | undefined;
  readonly more: () => void;
}) {
  const filtered = Object.values(filters).some((value) => value !== "");
  if (searchedTo !== undefined) {
    return (
      <Empty icon="search" title={`Nothing since ${moment(searchedTo)}`}>
        <button type="button" class="button plain" onClick={more}>
          Look further back
        </button>
      </Empty>
    );
  }
  if (filtered) {
    return (
      <Empty icon="search" title="No job fits">
        <p>
          Take a filter away, or <a href="/jobs">show all jobs</a>.
        </p>
      </Empty>
    );
  }
  return (
    <Empty icon="jobs" title="No jobs yet">
      <p>
        <a href="/">Drop a file</a>, and its job appears here by itself.
      </p>
    </Empty>
  );
}
