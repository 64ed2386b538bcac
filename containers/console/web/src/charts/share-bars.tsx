import { count, percent } from "../lib/format.ts";

/** Names with bars, the longest standing for the largest. */
export function ShareBars({
  items,
  total,
}: {
  readonly items: readonly { readonly name: string; readonly count: number }[];
  /** What a share is of; without it, only counts are said. */
  readonly total?: number;
}) {
  const top = Math.max(1, ...items.map((item) => item.count));
  return (
    <ul class="share-bars">
      {items.map((item) => (
        <li key={item.name}>
          <span class="share-name" title={item.name}>
            {item.name === "" ? "(empty)" : item.name}
          </span>
          <span class="share-count">
            {count(item.count)}
            {total ? ` · ${percent(item.count / total)}` : ""}
          </span>
          <span class="share-track" aria-hidden="true">
            <span style={{ width: `${(item.count / top) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
