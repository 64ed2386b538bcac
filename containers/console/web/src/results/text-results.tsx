import type { HtmlContent } from "../../../../../events/results/html.ts";
import type { PdfContent } from "../../../../../events/results/pdf.ts";
import type { TextContent } from "../../../../../events/results/text.ts";
import { count, label, plural, size } from "../lib/format.ts";
import { Card } from "../ui/card.tsx";
import { Facts } from "../ui/facts.tsx";
import { Headings, languageName, TopTerms } from "./words.tsx";

export function TextResult({ content }: { readonly content: TextContent }) {
  return (
    <>
      <Card title="Text" note={`${plural(content.words, "word")} in ${plural(content.lines, "line")}`}>
        <Facts
          facts={[
            ["Language", languageName(content.language) ?? "too short to tell"],
            ["Encoding", content.encoding],
            ["Lines", count(content.lines)],
            ["Words", count(content.words)],
            ["Characters", count(content.characters)],
            ["Longest line", plural(content.longestLineCharacters, "character")],
            ["Invalid characters", content.invalidCharacters && count(content.invalidCharacters)],
            ["Compression", content.compression],
            [
              "Unpacked",
              content.uncompressedBytes === undefined ? undefined : size(content.uncompressedBytes),
            ],
          ]}
        />
      </Card>
      <Headings headings={(content.headings ?? []).map((text) => ({ level: 1, text }))} />
      <TopTerms topTerms={content.topTerms} />
    </>
  );
}

/** What a web page says, as text: none of its markup, styles or scripts come here. */
export function HtmlResult({ content }: { readonly content: HtmlContent }) {
  return (
    <>
      <Card title={content.title ? `“${content.title}”` : "Web page"} note={content.description}>
        <Facts
          facts={[
            ["Language", languageName(content.language)],
            ["Declared language", languageName(content.declaredLanguage)],
            ["Encoding", content.encoding],
            ["Words", count(content.words)],
            ["Characters", count(content.characters)],
            ["Links", count(content.links.count)],
            ["Images", count(content.images)],
            ["Scripts", count(content.scripts)],
            ["Forms", count(content.forms)],
          ]}
        />
      </Card>
      <Beginning text={content.text} />
      <Headings headings={content.headings} />
      {content.links.first.length > 0 && (
        <Card title="Links" note="As text: where they lead is the page's own business">
          <ul class="plain-list">
            {content.links.first.map(({ href, text }, index) => (
              <li key={index}>
                {text || "(no text)"} <code class="quiet">{href}</code>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <TopTerms topTerms={content.topTerms} />
    </>
  );
}

export function PdfResult({ content }: { readonly content: PdfContent }) {
  const { text, pageSize } = content;
  return (
    <>
      <Card title="PDF" note={content.pages === undefined ? undefined : plural(content.pages, "page")}>
        <Facts
          facts={[
            ["Pages", content.pages === undefined ? undefined : count(content.pages)],
            ["Version", content.version],
            ["Encrypted", content.encrypted ? "yes" : "no"],
            ["First page", pageSize && paper(pageSize)],
            ["Language", languageName(text?.language)],
            ["Words", text && count(text.words)],
            ["Characters", text && count(text.characters)],
            ["Pages read", text && count(text.pagesRead)],
            ["Attachments", count(content.attachments)],
            ["Scripts", count(content.scripts)],
            ...Object.entries(content.metadata).map(
              ([name, value]) => [label(name), pdfDate(value)] as const,
            ),
          ]}
        />
      </Card>
      {text && <Beginning text={text.beginning} />}
      <Headings
        headings={content.outline.map(({ level, title, page }) => ({
          level,
          text: title,
          note: page === undefined ? undefined : `page ${page}`,
        }))}
      />
      {text && <TopTerms topTerms={text.topTerms} />}
    </>
  );
}

function Beginning({ text }: { readonly text: string }) {
  if (text.trim() === "") return null;
  return (
    <Card title="Beginning">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls can be scrolled by keys */}
      <section class="excerpt" tabIndex={0} aria-label="Beginning of its text, scrolls">
        {text.slice(0, 2000)}
      </section>
    </Card>
  );
}

/** A date as PDF writes it, without its zone's rest. Source: ISO 32000-1, 7.9.4 "Dates". */
function pdfDate(text: string): string {
  const [, year, month = "01", day = "01", hour, minute] =
    /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?/.exec(text) ?? [];
  if (!year) return text;
  return `${year}-${month}-${day}${hour && minute ? ` ${hour}:${minute}` : ""}`;
}

/** @param size in points, 1/72 inch */
function paper({ width, height }: { width: number; height: number }): string {
  const mm = (points: number) => Math.round((points / 72) * 25.4);
  const [short, long] = [Math.min(mm(width), mm(height)), Math.max(mm(width), mm(height))];
  const name = short === 210 && long === 297 ? "A4, " : short === 216 && long === 279 ? "Letter, " : "";
  return `${name}${mm(width)} × ${mm(height)} mm`;
}
