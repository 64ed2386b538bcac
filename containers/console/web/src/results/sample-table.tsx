import { cell } from "../lib/json.ts";

/** Rows as they are; too wide a table scrolls in its frame. */
export function SampleTable({
  columns,
  rows,
}: {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}) {
  // A value that is missing stands where the column's others do.
  const numeric = columns.map((_, at) => rows.some((row) => typeof row[at] === "number"));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls can be scrolled by keys
    <section class="scroll" tabIndex={0} aria-label="First rows, scrolls sideways">
      <table class="grid">
        <thead>
          <tr>
            {columns.map((name, index) => (
              <th key={index} scope="col" class={numeric[index] ? "number" : ""}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, at) => (
                <td
                  key={at}
                  class={typeof value === "number" || (value === null && numeric[at]) ? "number" : ""}
                >
                  {value === null ? <span class="null">null</span> : cell(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
