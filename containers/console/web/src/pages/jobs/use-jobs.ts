import { useEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../../../../api/schemas/jobs.ts";
import { api } from "../../api/client.ts";
import { listen } from "../../api/live.ts";
import { type Filters, fits, SPANS, withChanges } from "./job-list.ts";

const PAGE = 100;
const MAX_PAGE = 200;

interface State {
  readonly filters: Filters;
  readonly jobs: readonly Job[];
  /** Where the list goes on; undefined at its end. */
  readonly cursor: string | undefined;
  readonly searchedTo: string | undefined;
  readonly loading: boolean;
  readonly error: unknown;
}

export interface Jobs extends Omit<State, "filters"> {
  readonly more: () => void;
  readonly reload: () => void;
}

/** The jobs that fit, a page at a time, kept up to date by what happens. */
export function useJobs(filters: Filters): Jobs {
  const [state, setState] = useState<State>(() => emptyList(filters));
  const current = useRef(state);
  current.current = state;
  const turn = useRef(0);
  const busy = useRef(false);

  const load = async (wanted: Filters, cursor: string | undefined) => {
    const own = ++turn.current;
    busy.current = true;
    setState((before) =>
      cursor === undefined && before.filters !== wanted
        ? emptyList(wanted)
        : { ...before, loading: true, error: undefined },
    );
    try {
      const span = SPANS[wanted.since];
      const page = await api.listJobs({
        status: wanted.status,
        pipeline: wanted.pipeline,
        text: wanted.text,
        from: span && new Date(Date.now() - span.ms).toISOString(),
        cursor,
        limit: cursor === undefined ? PAGE : MAX_PAGE,
      });
      // A later load has begun: this answer is about a list that nobody looks at.
      if (own !== turn.current) return;
      setState((before) => ({
        filters: wanted,
        jobs: withChanges(
          cursor === undefined ? page.jobs : joined(before.jobs, page.jobs),
          [],
          (job) => fits(job, wanted, Date.now()),
          false,
        ),
        cursor: page.cursor,
        searchedTo: page.searchedTo,
        loading: false,
        error: undefined,
      }));
    } catch (error) {
      if (own === turn.current) setState((before) => ({ ...before, loading: false, error }));
    } finally {
      if (own === turn.current) busy.current = false;
    }
  };

  const key = JSON.stringify(filters);
  useEffect(() => {
    void load(filters, undefined);
  }, [key]);
  useEffect(() => {
    let heard: Job[] = [];
    let frame = 0;
    const show = () => {
      frame = 0;
      const changes = heard;
      heard = [];
      setState((before) => ({
        ...before,
        jobs: withChanges(
          before.jobs,
          changes,
          (job) => fits(job, before.filters, Date.now()),
          before.cursor === undefined && !before.loading,
        ),
      }));
    };
    const ends = [
      listen("job", (job) => {
        heard.push(job);
        frame ||= requestAnimationFrame(show);
      }),
      listen("ready", () => void load(current.current.filters, undefined)),
    ];
    return () => {
      cancelAnimationFrame(frame);
      for (const end of ends) end();
    };
  }, []);

  return {
    ...state,
    more: () => {
      const { cursor, error } = current.current;
      if (cursor !== undefined && !busy.current && error === undefined)
        void load(current.current.filters, cursor);
    },
    reload: () =>
      void load(
        current.current.filters,
        current.current.jobs.length > 0 ? current.current.cursor : undefined,
      ),
  };
}

function emptyList(filters: Filters): State {
  return { filters, jobs: [], cursor: undefined, searchedTo: undefined, loading: true, error: undefined };
}

/** A page behind what is there; jobs that have come twice are kept once. */
function joined(before: readonly Job[], page: readonly Job[]): Job[] {
  const known = new Set(before.map(({ jobId }) => jobId));
  return [...before, ...page.filter(({ jobId }) => !known.has(jobId))];
}
