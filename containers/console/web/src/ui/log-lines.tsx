import { clock } from "../lib/format.ts";

export interface Line {
  readonly at?: string;
  readonly text: string;
}

/** Lines of a log; those of JSON with their event before their data. */
export function LogLines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls can be scrolled by keys
    <section class="log" tabIndex={0} aria-label="Log lines">
      <ol>
        {lines.map(({ at, text }, index) => {
          const { head, rest, tone } = parted(text);
          return (
            <li key={index} data-tone={tone}>
              {at && <time dateTime={at}>{clock(at)}</time>}
              <span>
                {head && <b>{head} </b>}
                {rest}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Our containers write one JSON object a line; others write what they like. */
function parted(text: string): { head?: string; rest: string; tone?: "bad" | "busy" } {
  if (!text.startsWith("{"))
    return { rest: text, ...(/\b(error|fatal)\b/i.test(text) ? { tone: "bad" } : {}) };
  try {
    const { event, level, time: _, message, ...data } = JSON.parse(text) as Record<string, unknown>;
    const loud = String(level ?? "").toLowerCase();
    const said = Object.entries(data).map(
      ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    return {
      head: String(event ?? message ?? ""),
      rest: [event && message, ...said].filter(Boolean).join("  "),
      ...(loud === "error" ? { tone: "bad" } : loud === "warn" ? { tone: "busy" } : {}),
    };
  } catch {
    return { rest: text };
  }
}
