import { gzipSync, zstdCompressSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { analyze, analyzeInto } from "../support/analyze.ts";
import { textPdf } from "../support/files/pdf.ts";

const PILOTS =
  "The pilots of the harbour wait for the tide, and the ships wait for the pilots; nobody waits for the weather.";

describe("PDF", () => {
  test("pages, text, outline and metadata are told", async () => {
    const { facts, content, analyzer, warnings } = await analyze("a.pdf", textPdf([PILOTS, "Second page"]));
    expect(analyzer.name).toBe("pdf");
    expect(warnings).toEqual([]);
    expect(facts).toEqual({ type: "PDF document", pages: 2 });
    expect(content).toMatchObject({
      encrypted: false,
      version: "1.7",
      pages: 2,
      pageSize: { width: 420, height: 595 },
      metadata: { Title: "Tide tables", Author: "Harbour office", CreationDate: "2026-07-01T12:00:00Z" },
      outline: [
        { level: 1, title: "Chapter 1", page: 1 },
        { level: 1, title: "Chapter 2", page: 2 },
      ],
      text: { pagesRead: 2, words: 23, language: "eng", beginning: `${PILOTS}\nSecond page\n` },
    });
    expect(content.text).toHaveProperty(["topTerms", 0], { term: "pilots", count: 2 });
  });

  test("the whole text and a picture of the first page are artifacts", async () => {
    const { files, analysis } = await analyzeInto("a.pdf", textPdf(["First", "Second"]));
    expect(analysis.artifacts.map(({ name }) => name)).toEqual(["text.txt", "page-1.webp"]);
    expect(String(files.get("text.txt"))).toBe("First\n\fSecond\n\f");
    const picture = sharp(files.get("page-1.webp"));
    expect(await picture.metadata()).toMatchObject({ format: "webp", width: 723, height: 1_024 });
    // The page has a blue box in its lower half.
    const part = await picture
      .clone()
      .extract({ left: 200, top: 600, width: 50, height: 50 })
      .png()
      .toBuffer();
    const { dominant } = await sharp(part).stats();
    expect(dominant.b).toBeGreaterThan(dominant.r + 50);
  });

  test("a document that needs a password is one all the same", async () => {
    const encrypt =
      "/Encrypt <</Filter/Standard/V 1/R 2/P -4/O(12345678901234567890123456789012)/U(12345678901234567890123456789012)>>/ID[(a)(b)]";
    const secret = Buffer.from(String(textPdf(["x"])).replace("/Info 4 0 R", `/Info 4 0 R${encrypt}`));
    const { facts, warnings } = await analyze("a.pdf", secret);
    expect(facts).toEqual({ type: "PDF document", encrypted: true });
    expect(warnings).toEqual(["The document is encrypted with a password: its content is not known"]);
  });

  test("what is no PDF fails as unreadable and says why", async () => {
    await expect(analyze("a.pdf", "%PDF-1.7\nand nothing else")).rejects.toMatchObject({
      failureCause: "unreadable",
      message: "It cannot be read as PDF document: it is no PDF, or damaged",
    });
  });
});

describe("text", () => {
  test.each([
    ["eng", PILOTS],
    [
      "deu",
      "Die Lotsen im Hafen warten auf die Flut, und die Schiffe warten auf die Lotsen; niemand wartet auf das Wetter.",
    ],
    [
      "fra",
      "Les pilotes du port attendent la marée, et les navires attendent les pilotes; personne n'attend le beau temps.",
    ],
    [
      "rus",
      "Лоцманы в порту ждут прилива, а корабли ждут лоцманов; никто не ждёт хорошей погоды, и так каждый день.",
    ],
  ])("%s is told by its words", async (language, content) => {
    expect((await analyze("a.txt", content)).content.language).toBe(language);
  });

  test("the words that matter come first, without the commonest of the language", async () => {
    const { content } = await analyze("a.txt", PILOTS);
    const [first, ...others] = (content.topTerms as { term: string; count: number }[]).map(
      ({ term }) => term,
    );
    expect(first).toBe("pilots");
    expect(others).not.toContain("the");
  });

  test("a word that lies across two pieces is one word", async () => {
    const { content } = await analyze("a.txt", `${"filler ".repeat(37_449)}lighthouse lighthouse`);
    expect(content.topTerms).toContainEqual({ term: "lighthouse", count: 2 });
  });

  test("the headings of Markdown are listed, those in code are none", async () => {
    const markdown = "# Tides ##\n\ntext\n```sh\n# a comment\n```\n### Neap\n#none\n";
    const { facts, type, content } = await analyze("a.md", markdown);
    expect(facts.type).toBe("Markdown");
    expect(type).toEqual({ mime: "text/markdown", detectedBy: "name", nameSuggests: "text/markdown" });
    expect(content.headings).toEqual(["Tides", "Neap"]);
  });

  test.each([
    ["a.txt.gz", gzipSync(PILOTS)],
    ["a.txt.zst", zstdCompressSync(PILOTS)],
  ])("%s is read as what it holds", async (key, bytes) => {
    const { content, analyzer } = await analyze(key, bytes);
    expect(analyzer.name).toBe("text");
    expect(content).toMatchObject({ words: 21, uncompressedBytes: PILOTS.length });
  });

  test.each([
    ["UTF-16, little end first", Buffer.from("\ufeffGröße", "utf16le"), 6],
    ["UTF-16, big end first", Buffer.from("\ufeffGröße", "utf16le").swap16(), 6],
    ["Latin-1", Buffer.from("Größe", "latin1"), 5],
  ])("%s is decoded", async (_, bytes, characters) => {
    const { content } = await analyze("a.txt", bytes);
    expect(content.topTerms).toEqual([{ term: "größe", count: 1 }]);
    expect(content.characters).toBeLessThanOrEqual(characters);
  });
});

describe("HTML", () => {
  const page = `<!doctype html><html lang="en-GB"><head><title> Tide
    tables </title><meta name="Description" content="When the water is high"><style>p{}</style></head>
    <body><h1>Tides &amp; <a href="/moon">moon</a></h1><p>${PILOTS}</p><script>let hidden</script>
    <img src="a.png"><form></form><a href="https://example.org/?a=1&amp;b=2">elsewhere</a></body></html>`;

  test("title, headings, links and the text that readers see are told", async () => {
    const { facts, content, analyzer } = await analyze("a.html", page);
    expect(analyzer.name).toBe("html");
    expect(facts).toEqual({ type: "HTML page", title: "Tide tables", words: 25, links: 2 });
    expect(content).toMatchObject({
      description: "When the water is high",
      declaredLanguage: "en-GB",
      language: "eng",
      headings: [{ level: 1, text: "Tides & moon" }],
      links: {
        count: 2,
        first: [
          { href: "/moon", text: "moon" },
          { href: "https://example.org/?a=1&b=2", text: "elsewhere" },
        ],
      },
      images: 1,
      scripts: 1,
      forms: 1,
      text: `Tides & moon ${PILOTS} elsewhere`,
    });
  });
});
