import { useState } from "preact/hooks";
import type { DescribedTable, TableContent } from "../../../../../events/results/tables.ts";
import { count, plural, size } from "../lib/format.ts";
import { cell } from "../lib/json.ts";
import { Card } from "../ui/card.tsx";
import { Facts } from "../ui/facts.tsx";
import { ColumnCard } from "./column-card.tsx";
import { SampleTable } from "./sample-table.tsx";

/** Columns that are shown before somebody asks for more. */
const AT_FIRST = 48;

export function TableResult({ content }: { readonly content: TableContent }) {
  const { rows, columnCount, malformed } = content;
  return (
    <>
      <Card title="Table" note={`${plural(rows, "row")} in ${plural(columnCount, "column")}`}>
        <Facts
          facts={[
            ["Rows", count(rows)],
            ["Columns", count(columnCount)],
            ["Delimiter", content.delimiter === undefined ? undefined : delimiterName(content.delimiter)],
            ["Header", content.header === undefined ? undefined : content.header ? "first record" : "none"],
            ["Encoding", content.encoding],
            ["Compression", content.compression],
            [
              "Unpacked",
              content.uncompressedBytes === undefined ? undefined : size(content.uncompressedBytes),
            ],
            ["Sheet", content.sheet],
            ["Sheets", content.sheets?.join(", ")],
            ["Malformed lines", count(malformed.lines)],
            ["Formula-like cells", content.formulaLike && count(content.formulaLike.cells)],
          ]}
        />
      </Card>
      <Described table={content} rows={rows} columnCount={columnCount} />
      {content.furtherSheets?.map(({ sheet, ...table }) => (
        <details class="sheet" key={sheet}>
          <summary>
            <h2>Sheet “{sheet}”</h2>
            <span class="quiet">
              {plural(table.rows, "row")} in {plural(table.columnCount, "column")}
            </span>
          </summary>
          <Described table={table} rows={table.rows} columnCount={table.columnCount} />
        </details>
      ))}
      {malformed.lines > 0 && (
        <Card
          title="Malformed lines"
          note={`${plural(malformed.lines, "line")} could not be read as the others; the rest is counted without them.`}
        >
          <ol class="malformed">
            {malformed.first.map(({ line, text, reason }) => (
              <li key={line}>
                <span class="malformed-line">line {count(line)}</span>
                <code>{text}</code>
                <span class="quiet small">{reason}</span>
              </li>
            ))}
          </ol>
        </Card>
      )}
    </>
  );
}

/** Columns, first rows and formulas: of a file, or of one more sheet of a workbook. */
function Described({
  table,
  rows,
  columnCount,
}: {
  readonly table: DescribedTable;
  readonly rows: number;
  readonly columnCount: number;
}) {
  const { formulaLike, sample } = table;
  return (
    <>
      {columnCount > 0 && <Columns columns={table.columns} rows={rows} columnCount={columnCount} />}
      {sample.rows.length > 0 && (
        <Card title="First rows">
          <SampleTable {...sample} />
        </Card>
      )}
      {formulaLike && (
        <Card
          title="Formulas"
          note={`${plural(formulaLike.cells, "cell")} that a spreadsheet program would run; here they are text`}
        >
          <ul class="malformed">
            {formulaLike.first.map(({ row, column, text }) => (
              <li key={`${row} ${column}`}>
                <span class="malformed-line">
                  row {count(row)}, {column}
                </span>
                <code>{text}</code>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Columns({
  columns,
  rows,
  columnCount,
}: Pick<DescribedTable, "columns"> & { readonly rows: number; readonly columnCount: number }) {
  const [wanted, setWanted] = useState("");
  const [limit, setLimit] = useState(AT_FIRST);
  const found = columns.filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  const filter = columns.length > 12 && (
    <label class="field inline">
      <span>Find a column</span>
      <input
        type="search"
        value={wanted}
        onInput={(event) => {
          setWanted(event.currentTarget.value);
          setLimit(AT_FIRST);
        }}
      />
    </label>
  );
  return (
    <Card
      title="Columns"
      note={
        columns.length < columnCount
          ? `The first ${count(columns.length)} of ${count(columnCount)}`
          : undefined
      }
      aside={filter || undefined}
      class="bare"
    >
      <ul class="columns">
        {found.slice(0, limit).map((column, index) => (
          <ColumnCard key={`${column.name} ${index}`} column={column} rows={rows} />
        ))}
      </ul>
      {found.length === 0 && <p class="quiet">No column is called that.</p>}
      {found.length > limit && (
        <button type="button" class="button plain" onClick={() => setLimit(limit + AT_FIRST * 2)}>
          Show more of {plural(found.length, "column")}
        </button>
      )}
    </Card>
  );
}

function delimiterName(delimiter: string): string {
  const names: Record<string, string> = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
  };
  return names[delimiter] ?? cell(delimiter);
}
