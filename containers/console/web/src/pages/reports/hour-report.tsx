import type { HourReport } from "../../../../../../events/batch/report.ts";
import { api } from "../../api/client.ts";
import { BarChart } from "../../charts/bar-chart.tsx";
import { CAUSES } from "../../lib/causes.ts";
import {
  compact,
  count,
  dollars,
  duration,
  fileName,
  minute,
  moment,
  plural,
  size,
} from "../../lib/format.ts";
import { setQuery } from "../../lib/router.ts";
import { useLoad } from "../../lib/use-load.ts";
import { Card } from "../../ui/card.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Fault, Loading } from "../../ui/notice.tsx";
import { startOf } from "./hours.ts";

/** The report of one hour. @param hour in UTC, as the address has it */
export function HourReportView({ hour }: { readonly hour: string }) {
  const { value, error, reload } = useLoad(hour, (signal) => api.readReport(hour, signal));
  return (
    <Card
      title={`The hour from ${moment(startOf(hour))}`}
      note={value && (value.complete ? "Complete" : "Some jobs are still open; it is written again")}
      aside={
        <button type="button" class="button plain small" onClick={() => setQuery({ hour: undefined })}>
          Close
        </button>
      }
    >
      {error !== undefined && <Fault error={error} retry={reload} />}
      {!value && error === undefined && <Loading what="Reading the report" lines={4} />}
      {value && <Report report={value} />}
    </Card>
  );
}

function Report({ report }: { readonly report: HourReport }) {
  const { workers, total, arrivals, failures, slowest, driven } = report;
  return (
    <div class="report">
      <div class="two">
        <div>
          <h3>Arrivals</h3>
          <BarChart
            bars={arrivals.map((slot) => {
              const at = startOf(report.hour) + slot.minute * 60_000;
              return {
                label: minute(at),
                title: `${minute(at)}: ${count(slot.succeeded)} succeeded, ${count(slot.failed)} failed`,
                parts: [
                  { name: "Succeeded", colour: "--series-1", value: slot.succeeded },
                  { name: "Open or superseded", colour: "--series-3", value: slot.open + slot.superseded },
                  { name: "Failed", colour: "--series-bad", value: slot.failed },
                ],
              };
            })}
            summary={`Jobs of the hour by five minutes: ${plural(total.objects, "object")}`}
            format={compact}
            whole
            height={150}
          />
        </div>
        <div>
          <h3>Processing time</h3>
          <BarChart
            bars={report.processing.map(({ upToMs, count: jobs }) => ({
              label: upToMs === null ? "more" : duration(upToMs),
              title: `${upToMs === null ? "longer" : `up to ${duration(upToMs)}`}: ${plural(jobs, "job")}`,
              parts: [{ name: "Jobs", colour: "--series-4", value: jobs }],
            }))}
            summary="Finished jobs by processing time"
            format={compact}
            whole
            height={150}
          />
        </div>
      </div>
      <Facts
        facts={[
          ["Workers", count(workers.tasks)],
          ["Busy", duration(workers.busyMs)],
          ["Idle", `${duration(workers.idleMs)}, ${dollars(workers.idleCost)}`],
          ["Attempts", count(total.attempts)],
          ["Lost and driven again", count(driven.lost)],
          ["Stuck and driven again", count(driven.stuck)],
        ]}
      />
      {slowest.length > 0 && (
        <div>
          <h3>Slowest</h3>
          <ul class="alike">
            {slowest.slice(0, 5).map((job) => (
              <li key={job.jobId}>
                <a href={`/jobs/${job.jobId}`}>{fileName(job.key)}</a>
                <span class="quiet">
                  {duration(job.processingMs)}, {size(job.size)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {failures.map(({ cause, count: times, examples }) => (
        <div key={cause}>
          <h3>
            {CAUSES[cause]} <span class="quiet">{plural(times, "job")}</span>
          </h3>
          <ul class="alike">
            {examples.map((job) => (
              <li key={job.jobId}>
                <a href={`/jobs/${job.jobId}`}>{fileName(job.key)}</a>
                <span class="quiet">{job.message}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
