import { api } from "../api/client.ts";
import { about } from "../api/session.ts";
import { BarChart } from "../charts/bar-chart.tsx";
import { CAUSES } from "../lib/causes.ts";
import { compact, count, dollars, duration, moment, percent, size } from "../lib/format.ts";
import { query, setQuery } from "../lib/router.ts";
import { useLoad } from "../lib/use-load.ts";
import { Card } from "../ui/card.tsx";
import { Empty, Fault, Loading } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { Choice } from "./jobs/job-filters.tsx";
import { HourReportView } from "./reports/hour-report.tsx";
import { hourBars, hoursOf, startOf } from "./reports/hours.ts";
import "../styles/jobs.css";
import "../styles/cluster.css";
import "../styles/reports.css";

/** The hour that is going on is rolled up again as it goes on. */
const EVERY_MS = 60_000;
const SPANS: readonly (readonly [string, string])[] = [
  ["6", "6 hours"],
  ["72", "3 days"],
  ["168", "a week"],
];

export function Reports() {
  const hours = Number(query.value.get("hours") ?? 24) || 24;
  const pipeline = query.value.get("pipeline") ?? "";
  const chosen = query.value.get("hour") ?? "";
  const { value, error, reload } = useLoad(
    `${hours} ${pipeline}`,
    (signal) => api.listRollups({ ...hoursOf(hours, Date.now()), pipeline }, signal),
    EVERY_MS,
  );
  const pick = (hour: string) => setQuery({ hour });
  return (
    <Page title="Reports" lead="What each hour did and cost, against a task of its own for each object.">
      <search class="filters">
        <Choice
          name="Span"
          value={query.value.get("hours") ?? ""}
          all="1 day"
          options={SPANS}
          onChange={(span) => setQuery({ hours: span, hour: undefined })}
        />
        <Choice
          name="Pipeline"
          value={pipeline}
          all="all pipelines"
          options={(about.value?.pipelines ?? []).map(({ name }) => [name, name])}
          onChange={(name) => setQuery({ pipeline: name })}
        />
      </search>
      {error !== undefined && <Fault error={error} retry={reload} />}
      {!value && error === undefined && <Loading what="Reading the hours" lines={6} />}
      {value && value.rollups.length === 0 && (
        <Empty icon="reports" title="No hour has been rolled up yet">
          <p>
            The batch writes one every hour, a few minutes after it has ended.{" "}
            <code>npx longshore batch</code> runs it now.
          </p>
        </Empty>
      )}
      {value && value.rollups.length > 0 && (
        <>
          <Totals totals={value.totals} />
          <div class="two">
            <Card title="Objects by hour" note="By the hour in which they came">
              <BarChart
                bars={hourBars(value, "objects")}
                summary={`Objects by hour: ${count(value.totals.objects)} in all, ${count(value.totals.failed)} failed. The table below has each hour.`}
                format={compact}
                whole
                onPick={(index) => pick(value.rollups[index]?.hour ?? "")}
              />
            </Card>
            <Card title="Cost by hour" note={`Prices of ${value.prices.region}, ${value.prices.asOf}`}>
              <BarChart
                bars={hourBars(value, "cost")}
                summary={`Cost by hour: ${dollars(value.totals.cost)} in all. The table below has each hour.`}
                format={dollars}
                onPick={(index) => pick(value.rollups[index]?.hour ?? "")}
              />
            </Card>
          </div>
          {chosen !== "" && <HourReportView hour={chosen} />}
          <Hours rollups={value.rollups} chosen={chosen} pick={pick} />
        </>
      )}
    </Page>
  );
}

type Rollups = Awaited<ReturnType<typeof api.listRollups>>;

function Totals({ totals }: Pick<Rollups, "totals">) {
  const saved = totals.onePerObject > 0 ? 1 - totals.cost / totals.onePerObject : 0;
  return (
    <dl class="figures">
      <div class="figure">
        <dt>Objects</dt>
        <dd>{compact(totals.objects)}</dd>
      </div>
      <div class="figure">
        <dt>Bytes</dt>
        <dd>{size(totals.bytes)}</dd>
      </div>
      <div class="figure" data-tone={totals.failed > 0 ? "bad" : undefined}>
        <dt>Failed</dt>
        <dd>{count(totals.failed)}</dd>
      </div>
      <div class="figure">
        <dt>Task time</dt>
        <dd>{duration(totals.taskMs)}</dd>
      </div>
      <div class="figure">
        <dt>Cost</dt>
        <dd>{dollars(totals.cost)}</dd>
      </div>
      <div class="figure">
        <dt>One task per object</dt>
        <dd>
          {dollars(totals.onePerObject)}
          {saved > 0 && <span class="saved">{percent(saved)} saved</span>}
        </dd>
      </div>
    </dl>
  );
}

function Hours({
  rollups,
  chosen,
  pick,
}: {
  readonly rollups: Rollups["rollups"];
  readonly chosen: string;
  readonly pick: (hour: string) => void;
}) {
  return (
    <Card title="Hours" note="The newest first, in your zone">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls can be scrolled by keys */}
      <section class="scroll" tabIndex={0} aria-label="Hours, scrolls sideways">
        <table class="list">
          <thead>
            <tr>
              <th scope="col">Hour</th>
              <th scope="col" class="number">
                Objects
              </th>
              <th scope="col" class="number">
                Bytes
              </th>
              <th scope="col" class="number">
                Median
              </th>
              <th scope="col" class="number">
                95th percentile
              </th>
              <th scope="col" class="number">
                Waited, median
              </th>
              <th scope="col" class="number">
                Cost
              </th>
              <th scope="col" class="number">
                One per object
              </th>
              <th scope="col">Failures</th>
            </tr>
          </thead>
          <tbody>
            {rollups.toReversed().map((rollup) => (
              <tr key={rollup.hour} aria-current={rollup.hour === chosen || undefined}>
                <th scope="row">
                  <button type="button" class="link nowrap" onClick={() => pick(rollup.hour)}>
                    {moment(startOf(rollup.hour))}
                  </button>
                  {rollup.open > 0 && <span class="quiet small"> {count(rollup.open)} open</span>}
                </th>
                <td class="number">{count(rollup.objects)}</td>
                <td class="number">{size(rollup.bytes)}</td>
                <td class="number">{duration(rollup.processing.p50Ms)}</td>
                <td class="number">{duration(rollup.processing.p95Ms)}</td>
                <td class="number">{duration(rollup.waiting.p50Ms)}</td>
                <td class="number">{dollars(rollup.cost.pooled + rollup.cost.dedicated)}</td>
                <td class="number">{dollars(rollup.cost.onePerObject)}</td>
                <td>
                  {Object.entries(rollup.failures)
                    .map(
                      ([cause, times]) =>
                        `${count(times)} × ${CAUSES[cause as keyof typeof CAUSES].toLowerCase()}`,
                    )
                    .join(", ") || <span class="quiet">none</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}
