import { useEffect, useRef, useState } from "preact/hooks";
import type { LogLine } from "../../../../api/schemas/jobs.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { Card } from "../../ui/card.tsx";
import { LogLines } from "../../ui/log-lines.tsx";
import { Fault } from "../../ui/notice.tsx";

/** While the job runs, and for a while after: lines come a little later than what they tell of. */
const POLL_MS = 2_000;
const AFTERMATH_POLLS = 4;
const MOST_LINES = 2_000;

/** Log lines of the task that has or had the job, as they come. */
export function JobLogView({ jobId, open }: { readonly jobId: string; readonly open: boolean }) {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [error, setError] = useState<unknown>();
  const [asked, setAsked] = useState(false);
  const cursor = useRef<string>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    let left = open ? Number.POSITIVE_INFINITY : AFTERMATH_POLLS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const page = await api.readLog(jobId, { cursor: cursor.current, limit: 500 }, abort.signal);
        if (abort.signal.aborted) return;
        cursor.current = page.cursor ?? cursor.current;
        if (page.lines.length > 0) setLines((before) => [...before, ...page.lines].slice(-MOST_LINES));
        setError(undefined);
        setAsked(true);
        if (page.more) return void look();
      } catch (problem) {
        if (abort.signal.aborted) return;
        setAsked(true);
        setError(problem);
        if (problem instanceof ApiError && !problem.passing) return;
      }
      if (--left > 0) timer = setTimeout(look, POLL_MS);
    };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [jobId, open]);
  return (
    <Card title="Log" note={open ? "Follows the task while it runs" : undefined}>
      {error !== undefined && <Fault error={error} />}
      {lines.length > 0 && <LogLines lines={lines} />}
      {lines.length === 0 && asked && error === undefined && (
        <p class="quiet">
          {open
            ? "No lines yet; they come a few seconds after they are written."
            : "Its task wrote nothing that is kept."}
        </p>
      )}
    </Card>
  );
}
