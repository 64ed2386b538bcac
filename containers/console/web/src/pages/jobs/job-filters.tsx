import { useEffect, useRef, useState } from "preact/hooks";
import { setQuery } from "../../lib/router.ts";
import { STATUSES } from "../../lib/statuses.ts";
import { type Filters, SPANS } from "./job-list.ts";

/** A word is looked for when the reader has stopped typing for so long. */
const TYPING_MS = 250;

/** What is asked for is in the address: a list can be bookmarked and sent to others. */
export function JobFilters({
  filters,
  pipelines,
}: {
  readonly filters: Filters;
  readonly pipelines: readonly string[];
}) {
  const [text, setText] = useState(filters.text);
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    setText(filters.text);
  }, [filters.text]);
  return (
    <search class="filters">
      <label class="field">
        <span>Find</span>
        <input
          type="search"
          placeholder="part of a name or key, or a job id"
          maxLength={200}
          value={text}
          onInput={({ currentTarget: { value } }) => {
            setText(value);
            clearTimeout(typing.current);
            typing.current = setTimeout(() => setQuery({ text: value.trim() }), TYPING_MS);
          }}
        />
      </label>
      <Choice
        name="State"
        value={filters.status}
        all="any state"
        options={Object.entries(STATUSES).map(([value, words]) => [value, words.text.toLowerCase()])}
        onChange={(status) => setQuery({ status })}
      />
      <Choice
        name="Pipeline"
        value={filters.pipeline}
        all="any pipeline"
        options={pipelines.map((name) => [name, name])}
        onChange={(pipeline) => setQuery({ pipeline })}
      />
      <Choice
        name="Came in"
        value={filters.since}
        all="all time"
        options={Object.entries(SPANS).map(([value, span]) => [value, span.text])}
        onChange={(since) => setQuery({ since })}
      />
    </search>
  );
}

export function Choice({
  name,
  value,
  all,
  options,
  onChange,
}: {
  readonly name: string;
  readonly value: string;
  /** The option that filters nothing. */
  readonly all: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <label class="field">
      <span>{name}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
