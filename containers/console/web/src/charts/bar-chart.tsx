import { useWidth } from "../lib/use-width.ts";
import { ticks } from "./scale.ts";

export interface Part {
  readonly name: string;
  readonly colour: string;
  readonly value: number;
}

export interface Bar {
  /** Below the bar. */
  readonly label: string;
  /** What a pointer over it shows. */
  readonly title: string;
  readonly parts: readonly Part[];
}

const LEFT = 56;
const TOP = 8;
const BOTTOM = 24;

/** Bars of parts that stand on one another. A table beside it says the same in figures. */
export function BarChart({
  bars,
  summary,
  format,
  whole = false,
  height = 190,
  onPick,
}: {
  readonly bars: readonly Bar[];
  readonly summary: string;
  readonly format: (value: number) => string;
  readonly whole?: boolean;
  readonly height?: number;
  readonly onPick?: (index: number) => void;
}) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const levels = ticks(Math.max(0, ...sums), whole);
  const max = levels.at(-1) ?? 1;
  const slot = Math.max(1, width - LEFT - 4) / Math.max(1, bars.length);
  const bar = Math.min(34, slot * 0.72);
  const every = Math.max(1, Math.ceil((bars.length * 48) / Math.max(1, width - LEFT)));
  const y = (value: number) => TOP + (1 - value / max) * (height - TOP - BOTTOM);
  const legend = new Map(bars.flatMap(({ parts }) => parts.map(({ name, colour }) => [name, colour])));
  return (
    <figure class="bar-chart">
      {legend.size > 1 && (
        <figcaption class="legend">
          {[...legend].map(([name, colour]) => (
            <span key={name}>
              <svg width="12" height="12" aria-hidden="true" style={{ color: `var(${colour})` }}>
                <rect width="12" height="12" rx="3" fill="currentColor" />
              </svg>
              {name}
            </span>
          ))}
        </figcaption>
      )}
      <div ref={frame}>
        <svg width={width} height={height} role="img" aria-label={summary}>
          {levels.map((level) => (
            <g key={level}>
              <line x1={LEFT} x2={width} y1={y(level)} y2={y(level)} class="grid" />
              <text x={LEFT - 8} y={y(level) + 4} class="axis" text-anchor="end">
                {format(level)}
              </text>
            </g>
          ))}
          {bars.map(({ label, title, parts }, index) => {
            const left = LEFT + index * slot + (slot - bar) / 2;
            let base = 0;
            return (
              // biome-ignore lint/a11y/noStaticElementInteractions: the table beside the chart has the same as links
              <g key={title} onClick={onPick && (() => onPick(index))} class={onPick ? "pickable" : ""}>
                <title>{title}</title>
                <rect x={left} y={TOP} width={bar} height={height - TOP - BOTTOM} class="bar-hit" />
                {parts.map(({ name, colour, value }) => {
                  const low = base;
                  base += value;
                  const tall = y(low) - y(base);
                  return (
                    <rect
                      key={name}
                      x={left}
                      y={y(base)}
                      width={bar}
                      height={Math.max(value > 0 ? 1 : 0, tall)}
                      style={{ fill: `var(${colour})` }}
                    />
                  );
                })}
                {index % every === 0 && (
                  <text x={left + bar / 2} y={height - 6} class="axis" text-anchor="middle">
                    {label}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
    </figure>
  );
}
