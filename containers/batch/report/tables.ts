import type { HourReport } from "../../../events/batch/report.ts";
import { bytes, count, dollars, duration } from "./format.ts";
import { type Html, html } from "./html.ts";

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly className?: "number" | "key-text";
}

/** The rollups, all pipelines last. */
export function pipelinesTable({ pipelines, total }: HourReport): Html {
  const rows = [...pipelines, ...(pipelines.length > 1 ? [{ ...total, pipeline: "all" }] : [])];
  return table(rows, [
    { title: "Pipeline", cell: ({ pipeline }) => pipeline },
    { title: "Objects", className: "number", cell: ({ objects }) => count(objects) },
    { title: "Size", className: "number", cell: (rollup) => bytes(rollup.bytes) },
    { title: "Failed", className: "number", cell: ({ statuses }) => count(statuses.failed ?? 0) },
    { title: "Open", className: "number", cell: ({ open }) => count(open) },
    { title: "Attempts", className: "number", cell: ({ attempts }) => count(attempts) },
    { title: "Median", className: "number", cell: ({ processing }) => duration(processing.p50Ms) },
    { title: "95 %", className: "number", cell: ({ processing }) => duration(processing.p95Ms) },
    { title: "Slowest", className: "number", cell: ({ processing }) => duration(processing.maxMs) },
    {
      title: "Task time",
      className: "number",
      cell: ({ taskMs }) => duration(taskMs.pooled + taskMs.dedicated),
    },
    { title: "Cost", className: "number", cell: ({ cost }) => dollars(cost.pooled + cost.dedicated) },
    { title: "One task each", className: "number", cell: ({ cost }) => dollars(cost.onePerObject) },
  ]);
}

export function failuresTable({ failures }: HourReport): Html {
  const rows = failures.flatMap(({ cause, examples }) => examples.map((example) => ({ cause, ...example })));
  return table(rows, [
    { title: "Cause", cell: ({ cause }) => cause },
    { title: "Object", className: "key-text", cell: ({ key }) => key },
    { title: "Pipeline", cell: ({ pipeline }) => pipeline },
    { title: "Attempt", className: "number", cell: ({ attempt }) => count(attempt) },
    { title: "What happened", className: "key-text", cell: ({ message }) => message },
  ]);
}

export function slowestTable({ slowest }: HourReport): Html {
  return table(slowest, [
    { title: "Object", className: "key-text", cell: ({ key }) => key },
    { title: "Pipeline", cell: ({ pipeline }) => pipeline },
    { title: "Size", className: "number", cell: ({ size }) => bytes(size) },
    { title: "Took", className: "number", cell: ({ processingMs }) => duration(processingMs) },
  ]);
}

export function drivenTable({ driven }: HourReport): Html {
  return table(driven.examples, [
    { title: "Why", cell: ({ reason }) => (reason === "lost" ? "had no job" : "was stuck") },
    { title: "Object", className: "key-text", cell: ({ key }) => key },
    { title: "Pipeline", cell: ({ pipeline }) => pipeline },
    { title: "Driven again", cell: ({ drivenAt }) => drivenAt.replace(/T(\d\d:\d\d).*/, " $1 UTC") },
  ]);
}

function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Html {
  const head = columns.map(
    ({ title, className = "" }) => html`<th scope="col" class="${className}">${title}</th>`,
  );
  const body = rows.map(
    (row) =>
      html`<tr>${columns.map(({ cell, className = "" }) => html`<td class="${className}">${cell(row)}</td>`)}</tr>
`,
  );
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}
