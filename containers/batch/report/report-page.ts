import { hourLater } from "../../../events/batch/hour.ts";
import type { HourReport } from "../../../events/batch/report.ts";
import { arrivals, byCause, byPipeline, costs, processingTimes } from "./figures.ts";
import { bytes, count, counted, dollars, duration, percent } from "./format.ts";
import { Html, html } from "./html.ts";
import { STYLE } from "./style.ts";
import { drivenTable, failuresTable, pipelinesTable, slowestTable } from "./tables.ts";

/** A report as a page that needs nothing else: no script, nothing loaded, and no clock, so that it is the same again. */
export function reportPage(report: HourReport): string {
  const title = titleOf(report.hour);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Longshore: ${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${stateOf(report)}</p>
</header>
<main>
${tiles(report)}
${report.total.objects === 0 ? html`<h2>Jobs</h2><p>No job became known in this hour.</p>` : jobs(report)}
${driven(report)}
${notes(report)}
</main>
</body>
</html>
`.markup;
}

function titleOf(hour: string): string {
  const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(`${hour}:00Z`),
  );
  return `${day}, ${hour.slice(11)}:00 to ${hourLater(hour, 1).slice(11)}:00 UTC`;
}

function stateOf({ complete, total }: HourReport): Html {
  if (complete) return html`<span class="state state-ok">All jobs are final</span>`;
  return html`<span class="state state-open">${counted(total.open, "job")} still open: this report is written again</span>`;
}

function tiles({ total, workers }: HourReport): Html {
  const { succeeded = 0, failed = 0 } = total.statuses;
  const paid = total.cost.pooled + total.cost.dedicated + workers.idleCost;
  const tile = (name: string, value: string, note: string) =>
    html`<div><dt>${name}</dt><dd>${value}</dd><dd>${note}</dd></div>
`;
  return html`<dl class="tiles">
${tile("Objects", count(total.objects), bytes(total.bytes))}${tile(
  "Succeeded",
  percent(succeeded, total.objects),
  counted(succeeded, "job"),
)}${tile("Failed", count(failed), percent(failed, total.objects))}${tile(
  "Processing, median",
  duration(total.processing.p50Ms),
  `95 %: ${duration(total.processing.p95Ms)}`,
)}${tile("Task seconds", dollars(paid), `of them idle: ${dollars(workers.idleCost)}`)}${tile(
  "One task per object",
  dollars(total.cost.onePerObject),
  times(total.cost.onePerObject, paid),
)}</dl>`;
}

function times(onePerObject: number, paid: number): string {
  if (paid === 0 || onePerObject === 0) return "nothing to compare";
  const ratio = onePerObject / paid;
  return ratio >= 1
    ? `${count(Number(ratio.toFixed(1)))} times as much`
    : `${percent(onePerObject, paid)} of it`;
}

function jobs(report: HourReport): Html {
  const { failures, slowest } = report;
  return html`<h2>Jobs</h2>
<div class="charts">
${arrivals(report)}
${processingTimes(report)}
${byPipeline(report)}
${costs(report)}
${failures.length > 0 ? byCause(report) : ""}
</div>
<h2>Pipelines</h2>
${pipelinesTable(report)}
${failures.length > 0 ? html`<h2>Failures, some of each cause</h2>${failuresTable(report)}` : ""}
${slowest.length > 0 ? html`<h2>Slowest</h2>${slowestTable(report)}` : ""}`;
}

function driven(report: HourReport): Html {
  const { lost, stuck } = report.driven;
  if (lost + stuck === 0)
    return html`<h2>Driven again</h2><p>Every upload had its job, and no job was stuck.</p>`;
  return html`<h2>Driven again</h2>
<p>${counted(lost, "upload")} of this hour had no job, and ${counted(stuck, "job")} did not move on by themselves.</p>
${drivenTable(report)}`;
}

function notes({ total, unreadable, prices, workers }: HourReport): Html {
  const odd = [
    ...(total.oddTimes > 0
      ? [
          `${counted(total.oddTimes, "job")} ended before their start, by clocks that disagree; they count as 0 ms.`,
        ]
      : []),
    ...(unreadable > 0
      ? [`${counted(unreadable, "item")} of the jobs table could not be read; see the log.`]
      : []),
    ...(total.estimated > 0
      ? [
          `What ${counted(total.estimated, "job")} cost is not on record; it is estimated from the pipeline and the deployment.`,
        ]
      : []),
  ];
  return html`<h2>How this was counted</h2>
${odd.map((line) => html`<p>${line}</p>`)}
<p class="soft">A job belongs to the hour in which it became known. Percentiles are exact to one percent.</p>
<p class="soft">A pooled job pays for its place in a worker while it is processed. ${counted(workers.tasks, "worker")} had jobs of this hour; time between a worker's first and last job without one, and empty places, are idle, at the price of a worker of the service. Workers that had no job at all are not in these figures.</p>
<p class="soft">One task per object: a task of the pipeline's size for each attempt, a minute at least, as Fargate bills it.</p>
<p class="soft">Prices of ${prices.region}, ${prices.asOf}: ${prices.source}.</p>`;
}
