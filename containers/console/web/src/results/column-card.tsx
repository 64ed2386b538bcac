import type { ColumnProfile } from "../../../../../events/results/tables.ts";
import { type Bin, Histogram } from "../charts/histogram.tsx";
import { ShareBars } from "../charts/share-bars.tsx";
import { compact, count, percent } from "../lib/format.ts";
import { cell, shortCell } from "../lib/json.ts";
import { Facts } from "../ui/facts.tsx";

const TOP_VALUES = 5;

/** What one column holds: its type, how much of it is missing, and how its values spread. */
export function ColumnCard({ column, rows }: { readonly column: ColumnProfile; readonly rows: number }) {
  const { name, type, nulls, distinct, approximate, histogram, topValues, quantiles, length } = column;
  const about = approximate ? "≈ " : "";
  const bins = histogram && binsOf(histogram);
  const median = quantiles?.["0.5"];
  return (
    <li class="column">
      <div class="column-head">
        <h3 title={name}>{name}</h3>
        <span class="type">{type.toLowerCase()}</span>
      </div>
      {nulls !== undefined && <NullBar nulls={nulls} rows={rows} name={name} />}
      {bins ? (
        <Histogram
          bins={bins}
          summary={`Histogram of ${name}, from ${cell(histogram.edges[0])} to ${cell(histogram.edges.at(-1))}; most values ${fullest(bins)}`}
          start={shortCell(histogram.edges[0])}
          end={shortCell(histogram.edges.at(-1))}
        />
      ) : (
        topValues &&
        topValues.length > 0 && (
          <ShareBars
            items={topValues.slice(0, TOP_VALUES).map((top) => ({ name: top.value, count: top.count }))}
            total={rows - (nulls ?? 0)}
          />
        )
      )}
      <Facts
        facts={[
          ["Distinct", distinct === undefined ? undefined : `${about}${compact(distinct)}`],
          ["Median", bins && median !== undefined ? shortCell(median) : undefined],
          ["Mean", column.mean === undefined ? undefined : cell(column.mean)],
          [
            "Std. deviation",
            column.standardDeviation === undefined ? undefined : cell(column.standardDeviation),
          ],
          !bins && column.min !== undefined && ["Least", cell(column.min)],
          !bins && column.max !== undefined && ["Greatest", cell(column.max)],
          [
            "Length",
            length &&
              (length.min === length.max ? count(length.min) : `${count(length.min)} – ${count(length.max)}`),
          ],
        ]}
      />
    </li>
  );
}

function NullBar({
  nulls,
  rows,
  name,
}: {
  readonly nulls: number;
  readonly rows: number;
  readonly name: string;
}) {
  const share = rows > 0 ? nulls / rows : 0;
  const text = nulls === 0 ? "no nulls" : `${count(nulls)} nulls · ${percent(share)}`;
  return (
    <div class="nulls" data-some={nulls > 0 || undefined}>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${text} of ${count(rows)} rows`}
      >
        <rect width="100" height="4" class="nulls-full" />
        <rect
          x={100 - Math.max(share > 0 ? 1 : 0, share * 100)}
          width={share * 100 + 1}
          height="4"
          class="nulls-part"
        />
      </svg>
      <span aria-hidden="true">{text}</span>
    </div>
  );
}

function binsOf({ edges, counts }: NonNullable<ColumnProfile["histogram"]>): Bin[] {
  return counts.map((value, index) => ({
    count: value,
    label: `${cell(edges[index])} to ${cell(edges[index + 1])}: ${count(value)}`,
  }));
}

function fullest(bins: readonly Bin[]): string {
  const top = bins.reduce(
    (best, bin) => (bin.count > best.count ? bin : best),
    bins[0] ?? { count: 0, label: "" },
  );
  return top.label;
}
