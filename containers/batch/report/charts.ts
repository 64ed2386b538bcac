import { count } from "./format.ts";
import { type Html, html } from "./html.ts";

/** One part of a bar: its class decides on the colour, its name stands in the legend. */
export interface Series {
  readonly name: string;
  readonly className: string;
}

export interface Bar {
  readonly label: string;
  /** One value for each series. */
  readonly values: readonly number[];
  /** Beside a horizontal bar; by default the sum. */
  readonly note?: string;
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What a reader who does not see the chart should know. */
  readonly summary: string;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  /** @default count */
  readonly format?: (value: number) => string;
}

const WIDTH = 640;
const COLUMNS = { height: 220, top: 12, bottom: 28, left: 52 };
const ROW_HEIGHT = 34;
const LABEL_WIDTH = 150;
const NOTE_WIDTH = 96;

/** Stacked columns over an axis from 0. */
export function columnChart(chart: Chart): Html {
  const { series, bars, format = count } = chart;
  const { height, top, bottom, left } = COLUMNS;
  const ceiling = niceCeiling(Math.max(1, ...bars.map(({ values }) => sum(values))));
  const plot = height - top - bottom;
  const y = (value: number) => top + plot * (1 - value / ceiling);
  const step = (WIDTH - left) / Math.max(1, bars.length);
  const lines = [0, 0.5, 1].map((share) => {
    const at = fixed(y(ceiling * share));
    return html`<line class="grid" x1="${left}" x2="${WIDTH}" y1="${at}" y2="${at}"/>
<text class="axis end" x="${left - 8}" y="${at}" dy="0.32em">${format(ceiling * share)}</text>`;
  });
  const columns = bars.map(({ label, values }, index) => {
    const x = left + index * step;
    let base = 0;
    const parts = values.map((value, part) => {
      const from = base;
      base += value;
      if (value === 0) return "";
      return html`<rect class="${series[part]?.className ?? ""}" x="${fixed(x + step * 0.14)}" width="${fixed(step * 0.72)}" y="${fixed(y(base))}" height="${fixed(Math.max(1, y(from) - y(base)))}"><title>${label}, ${series[part]?.name ?? ""}: ${format(value)}</title></rect>`;
    });
    return html`${parts}<text class="axis middle" x="${fixed(x + step / 2)}" y="${height - 8}">${label}</text>`;
  });
  return figure(chart, height, html`${lines}${columns}`);
}

/** Stacked rows, each with its label before and its note behind. */
export function rowChart(chart: Chart): Html {
  const { series, bars, format = count } = chart;
  const most = Math.max(1, ...bars.map(({ values }) => sum(values)));
  const scale = (WIDTH - LABEL_WIDTH - NOTE_WIDTH) / most;
  const rows = bars.map(({ label, values, note }, index) => {
    const top = index * ROW_HEIGHT;
    let x = LABEL_WIDTH;
    const parts = values.map((value, part) => {
      if (value === 0) return "";
      const width = Math.max(1, value * scale);
      const rect = html`<rect class="${series[part]?.className ?? ""}" x="${fixed(x)}" y="${top + 6}" width="${fixed(width)}" height="${ROW_HEIGHT - 12}"><title>${label}, ${series[part]?.name ?? ""}: ${format(value)}</title></rect>`;
      x += width;
      return rect;
    });
    const middle = top + ROW_HEIGHT / 2;
    return html`<text class="label end" x="${LABEL_WIDTH - 10}" y="${middle}" dy="0.32em">${label}</text>${parts}<text class="label" x="${fixed(x + 8)}" y="${middle}" dy="0.32em">${note ?? format(sum(values))}</text>`;
  });
  return figure(chart, Math.max(1, bars.length) * ROW_HEIGHT, html`${rows}`);
}

function figure(chart: Chart, height: number, drawing: Html): Html {
  const { id, title, summary, series } = chart;
  const legend = series.map(
    ({ name, className }) =>
      html`<li><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="${className}" width="10" height="10"/></svg>${name}</li>`,
  );
  return html`<figure>
<figcaption>${title}</figcaption>
${series.length > 1 ? html`<ul class="legend">${legend}</ul>` : ""}
<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-summary">
<title id="${id}-title">${title}</title><desc id="${id}-summary">${summary}</desc>
${drawing}
</svg>
${dataTable(chart)}
</figure>`;
}

/** The chart's numbers, for who cannot see it or wants to copy them. */
function dataTable({ series, bars, format = count }: Chart): Html {
  const head = series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`);
  const rows = bars.map(
    ({ label, values }) =>
      html`<tr><th scope="row">${label}</th>${values.map((value) => html`<td class="number">${format(value)}</td>`)}</tr>`,
  );
  return html`<details><summary>Numbers</summary><div class="scroll"><table><thead><tr><td></td>${head}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

/** The next round number, of which half is a whole number to read as well. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const candidates = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power);
  return candidates.find((candidate) => candidate >= value && candidate % 2 === 0) ?? 10 * power;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
