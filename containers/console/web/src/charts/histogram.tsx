export interface Bin {
  readonly count: number;
  /** What the bar is, for its tooltip. */
  readonly label: string;
}

const HEIGHT = 56;

/** Bars without axes; what they stand for is said below them and to screen readers. */
export function Histogram({
  bins,
  summary,
  start,
  end,
}: {
  readonly bins: readonly Bin[];
  /** What a screen reader says of the chart. */
  readonly summary: string;
  readonly start: string;
  readonly end: string;
}) {
  const top = Math.max(1, ...bins.map(({ count }) => count));
  const width = 100 / Math.max(1, bins.length);
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={summary}>
        {bins.map(({ count, label }, index) => {
          const height = count === 0 ? 0 : Math.max(1.5, (count / top) * HEIGHT);
          return (
            <g key={label}>
              <title>{label}</title>
              <rect x={index * width} y={0} width={width} height={HEIGHT} class="bar-hit" />
              <rect
                x={index * width + width * 0.06}
                y={HEIGHT - height}
                width={width * 0.88}
                height={height}
                class="bar"
              />
            </g>
          );
        })}
      </svg>
      <div class="histogram-ends" aria-hidden="true">
        <span>{start}</span>
        <span>{end}</span>
      </div>
    </figure>
  );
}
