import type { TextTerms } from "../../../../../events/results/language.ts";
import { ShareBars } from "../charts/share-bars.tsx";
import { Card } from "../ui/card.tsx";

/** A language's name in the reader's own. @param code ISO 639-3, or as a page declares it */
export function languageName(code: string | undefined): string | undefined {
  if (!code) return undefined;
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(code) ?? code;
  } catch {
    return code; // Not a code that the browser takes.
  }
}

export function TopTerms({ topTerms }: Pick<TextTerms, "topTerms">) {
  if (topTerms.length === 0) return null;
  return (
    <Card title="Frequent words" note="Without the language's commonest">
      <ShareBars items={topTerms.slice(0, 12).map(({ term, count }) => ({ name: term, count }))} />
    </Card>
  );
}

export function Headings({
  headings,
}: {
  readonly headings: readonly {
    readonly level: number;
    readonly text: string;
    readonly note?: string | undefined;
  }[];
}) {
  if (headings.length === 0) return null;
  return (
    <Card title="Outline">
      <ol class="outline">
        {headings.map(({ level, text, note }, index) => (
          <li key={index} style={{ paddingInlineStart: `${Math.min(6, Math.max(0, level - 1)) * 1.1}rem` }}>
            {text}
            {note && <span class="quiet small"> {note}</span>}
          </li>
        ))}
      </ol>
    </Card>
  );
}
