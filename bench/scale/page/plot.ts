import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Colours of policies, by light and dark; ink is for axes and labels. */
const STYLE = `
svg { color: #3d3c38; --c0: #2166c4; --c1: #c2410c; --c2: #7c3aed; --c3: #0f766e; --c4: #be185d; --c5: #a16207; --c6: #6b7280; --halo: #ffffff; }
@media (prefers-color-scheme: dark) {
  svg { color: #d6d4cc; --c0: #6ea8ff; --c1: #fb923c; --c2: #b794f6; --c3: #2dd4bf; --c4: #f472b6; --c5: #facc15; --c6: #9ca3af; --halo: #0d1117; }
}
text { font-family: system-ui, sans-serif; }
`;

export const COLORS = [
  "var(--c0)",
  "var(--c1)",
  "var(--c2)",
  "var(--c3)",
  "var(--c4)",
  "var(--c5)",
  "var(--c6)",
];

/** Keeps labels readable where they cross a line. */
const HALO = { stroke: "var(--halo)", strokeWidth: 4 } as const;

const BASE = { width: 760, marginLeft: 52, marginBottom: 44, style: { fontSize: "12px" } };

/** A plot as an SVG file that follows the reader's colour scheme. */
export function svgOf(title: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML("<html><body></body></html>");
  const svg = Plot.plot({ ...BASE, ...options, document: document as never });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const style = document.createElement("style");
  style.textContent = STYLE;
  const words = document.createElement("title");
  words.textContent = title;
  svg.prepend(words as never, style as never);
  return `${svg.outerHTML}\n`;
}

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly value: number; readonly share: number }[];
  /** Where on the curve its name stands: a share, and on which side. */
  readonly labelAt: number;
  readonly labelSide?: "left" | "right";
}

/** Shares of results by the time that they took. */
export function timesPlot(curves: readonly Curve[], seconds: "log" | "linear"): string {
  const colored = curves.map((curve, index) => ({ ...curve, color: COLORS[index] ?? "currentColor" }));
  const labels = colored.map(({ name, points, labelAt, labelSide, color }) => ({
    name,
    left: labelSide === "left",
    color,
    share: labelAt,
    value: points.find(({ share }) => share >= labelAt)?.value ?? 0,
  }));
  return svgOf("Shares of objects by the seconds from upload to result", {
    height: 380,
    marginRight: 150,
    x: { type: seconds, label: "seconds from upload to result →", grid: true, tickFormat: "~s" },
    y: { domain: [0, 1], label: "↑ share of objects with their result", tickFormat: "%", grid: true },
    marks: [
      ...colored.map(({ points, color }, index) =>
        Plot.line(thinned(points), {
          x: "value",
          y: "share",
          stroke: color,
          strokeWidth: index === 0 ? 3 : 1.75,
          curve: "step-after",
        }),
      ),
      ...labels.map((label) =>
        Plot.text([label], {
          x: "value",
          y: "share",
          text: "name",
          fill: label.color,
          textAnchor: label.left ? "end" : "start",
          dx: label.left ? -9 : 7,
          ...HALO,
        }),
      ),
    ],
  });
}

/** Enough for the eye. */
function thinned<Point>(points: readonly Point[]): Point[] {
  const step = Math.max(1, Math.floor(points.length / 160));
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

export interface PricedPoint {
  readonly perMillion: number;
  readonly p99: number;
}

/** Cost against p99: all points, the frontier as a line, what is deployed by name. */
export function frontierPlot(
  all: readonly PricedPoint[],
  frontier: readonly PricedPoint[],
  named: readonly (PricedPoint & { readonly name: string })[],
): string {
  return svgOf("Dollars for a million objects against the p99 of the time to result", {
    height: 380,
    marginRight: 40,
    x: { label: "dollars for a million objects, all parts →", grid: true },
    y: { label: "↑ p99 of the time to result, seconds", grid: true, zero: true },
    marks: [
      Plot.dot(all, { x: "perMillion", y: "p99", r: 2.5, fill: "var(--c6)", fillOpacity: 0.5 }),
      Plot.line(frontier, {
        x: "perMillion",
        y: "p99",
        stroke: "var(--c0)",
        strokeWidth: 2,
        curve: "step-after",
      }),
      Plot.dot(frontier, { x: "perMillion", y: "p99", r: 3.5, fill: "var(--c0)" }),
      Plot.dot(named, { x: "perMillion", y: "p99", r: 6, stroke: "var(--c1)", strokeWidth: 2.5 }),
      Plot.text(named, {
        x: "perMillion",
        y: "p99",
        text: "name",
        fill: "var(--c1)",
        textAnchor: "start",
        ...HALO,
        dx: 10,
        dy: -8,
        fontWeight: 600,
      }),
    ],
  });
}
