import { deflateSync } from "node:zlib";
import { pdfOf, stream, textPdf } from "../../containers/support/files/pdf.ts";
import { file, type HostileFile } from "../hostile-file.ts";
import { deflatedZeros } from "../zeros.ts";

const CATALOG = "<</Type/Catalog/Pages 2 0 R>>";
const PDF = { analyzer: "pdf" };

export function documents(): HostileFile[] {
  return [...pdfs(), ...pages()];
}

/** A document of one page with this content, and further objects from 5. */
function onePage(content: string | Buffer, resources = "", ...more: (string | Buffer)[]): Buffer {
  return pdfOf([
    CATALOG,
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<<${resources}>>>>`,
    content,
    ...more,
  ]);
}

function zeros(mebibytes: number): Buffer {
  return Buffer.concat([Buffer.from([0x78, 0x9c]), deflatedZeros(mebibytes), Buffer.alloc(4)]);
}

function pdfs(): HostileFile[] {
  const xobject = "/XObject<</X 5 0 R>>";
  return [
    file("pages that contain themselves", "loop.pdf", () =>
      pdfOf([CATALOG, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]),
    ),
    file("a claim of two billion pages", "claim.pdf", () =>
      pdfOf([
        CATALOG,
        "<</Type/Pages/Kids[3 0 R]/Count 2147483647>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
      ]),
    ),
    file("a negative count of pages", "negative.pdf", () =>
      pdfOf([CATALOG, "<</Type/Pages/Kids[]/Count -5>>"]),
    ),
    file(
      "the same page 100,000 times",
      "pages.pdf",
      () =>
        pdfOf([
          CATALOG,
          `<</Type/Pages/Kids[${"3 0 R ".repeat(100_000)}]/Count 100000>>`,
          "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        ]),
      { warning: /the first \d+ were read/ },
    ),
    file(
      "an outline in circles",
      "outline.pdf",
      () =>
        pdfOf([
          "<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>",
          "<</Type/Pages/Kids[]/Count 0>>",
          "<</First 4 0 R>>",
          "<</Title(a)/Next 5 0 R/First 4 0 R>>",
          "<</Title(b)/Next 4 0 R>>",
        ]),
      PDF,
    ),
    file("a page that draws itself", "self.pdf", () =>
      onePage(
        stream("/X Do"),
        xobject,
        stream("/X Do /X Do", `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<${xobject}>>`),
      ),
    ),
    file("content that unpacks to 200 MiB", "bomb.pdf", () =>
      onePage(stream(zeros(200), "/Filter/FlateDecode")),
    ),
    file("filters in layers", "layers.pdf", () =>
      onePage(
        stream(
          deflateSync(deflateSync(deflateSync("BT ET"))),
          "/Filter[/FlateDecode/FlateDecode/FlateDecode/FlateDecode]",
        ),
      ),
    ),
    file("filters without end", "filters.pdf", () =>
      onePage(stream("x", `/Filter[${"/ASCIIHexDecode".repeat(5_000)}]`)),
    ),
    file("a picture of 15,000 × 15,000", "picture.pdf", () =>
      onePage(
        stream("200 0 0 200 0 0 cm /X Do"),
        xobject,
        stream(
          zeros(20),
          "/Type/XObject/Subtype/Image/Width 15000/Height 15000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode",
        ),
      ),
    ),
    file("operators without end", "operators.pdf", () =>
      onePage(stream("q 1 0 0 1 0 0 cm 0 0 m 300 300 l S ".repeat(10_000))),
    ),
    file("saved states without end", "states.pdf", () => onePage(stream("q ".repeat(500_000)))),
    file("arrays, 100,000 deep", "deep.pdf", () =>
      onePage(stream("x"), "", `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    ),
    file("a dictionary, 100,000 deep", "deeper.pdf", () =>
      pdfOf([`<</Type/Catalog/Pages 2 0 R/A ${"<</A ".repeat(100_000)}`, "<</Type/Pages/Kids[]/Count 0>>"]),
    ),
    file(
      "a page without extent",
      "zero.pdf",
      () =>
        pdfOf([
          CATALOG,
          "<</Type/Pages/Kids[3 0 R]/Count 1>>",
          "<</Type/Page/Parent 2 0 R/MediaBox[0 0 0 0]>>",
        ]),
      PDF,
    ),
    file(
      "a page without end",
      "wide.pdf",
      () =>
        pdfOf([
          CATALOG,
          "<</Type/Pages/Kids[3 0 R]/Count 1>>",
          "<</Type/Page/Parent 2 0 R/MediaBox[-1e30 0 1e30 1e-30]>>",
        ]),
      PDF,
    ),
    file(
      "an encryption that nobody knows",
      "secret.pdf",
      () =>
        pdfOf(
          [
            CATALOG,
            "<</Type/Pages/Kids[]/Count 0>>",
            "<</Filter/Standard/V 1/R 2/P -4/O(12345678901234567890123456789012)/U(12345678901234567890123456789012)>>",
          ],
          { trailer: "/Encrypt 3 0 R/ID[(a)(b)]" },
        ),
      { warning: /encrypted with a password/ },
    ),
    file("an encryption of another kind", "other.pdf", () =>
      pdfOf([CATALOG, "<</Type/Pages/Kids[]/Count 0>>", "<</Filter/Unknown/V 99>>"], {
        trailer: "/Encrypt 3 0 R",
      }),
    ),
    file(
      "a script that runs when it is opened",
      "script.pdf",
      () =>
        pdfOf([
          "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(while(1);)>>]>>>>>>",
          "<</Type/Pages/Kids[]/Count 0>>",
        ]),
      PDF,
    ),
    file(
      "a file inside",
      "attached.pdf",
      () =>
        pdfOf([
          "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(../../escaped.txt)<</Type/Filespec/F(../../escaped.txt)/EF<</F 3 0 R>>>>]>>>>>>",
          "<</Type/Pages/Kids[]/Count 0>>",
          stream("out", "/Type/EmbeddedFile"),
        ]),
      PDF,
    ),
    file("a table of contents that leads to itself", "xref.pdf", () =>
      pdfOf([CATALOG, "<</Type/Pages/Kids[]/Count 0>>"], { trailer: "/Prev 0" }),
    ),
    file("no table of contents", "noxref.pdf", () =>
      pdfOf([CATALOG, "<</Type/Pages/Kids[]/Count 0>>"], { xref: false }),
    ),
    file("a first line and no more", "line.pdf", () => "%PDF-1.7\n", { failure: "unreadable" }),
    file("text named like a PDF", "words.pdf", () => "These are only words.\n", {
      analyzer: "text",
      warning: /name suggests application\/pdf/,
    }),
    file("a PDF named like a table", "table.csv", () => textPdf(["a"]), {
      analyzer: "pdf",
      warning: /name suggests text\/csv/,
    }),
    file("a title of 5 MB", "title.pdf", () => textPdf(["a"], "T".repeat(5_000_000)), PDF),
    file("a function that computes without end", "function.pdf", () =>
      onePage(
        stream("/S sh"),
        "/Shading<</S<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1e9 0 1e9]/Function 5 0 R>>>>",
        stream(
          `{${"dup mul ".repeat(20_000)}pop pop 0 0 0}`,
          "/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]",
        ),
      ),
    ),
  ];
}

function pages(): HostileFile[] {
  const html = (body: string) => `<!doctype html><html><body>${body}</body></html>`;
  return [
    file("elements, 200,000 deep", "deep.html", () => html("<div>".repeat(200_000)), { analyzer: "html" }),
    file("200,000 links", "links.html", () => html('<a href="x">y</a>'.repeat(200_000)), {
      analyzer: "html",
    }),
    file("an attribute of 5 MB", "attribute.html", () => html(`<p title="${"x".repeat(5_000_000)}">z</p>`), {
      analyzer: "html",
    }),
    file("a comment that never closes", "comment.html", () => html(`<!-- ${"-".repeat(100_000)}`), {
      analyzer: "html",
    }),
    file("a tag that never closes", "tag.html", () => html(`<${"a".repeat(1_000_000)}`), {
      analyzer: "html",
    }),
    file(
      "entities without end",
      "entities.html",
      () => html("&amp;&#x10ffff;&#99999999;&nope;".repeat(20_000)),
      { analyzer: "html" },
    ),
    file("a title that never closes", "title.html", () => `<!doctype html><title>${"t ".repeat(100_000)}`, {
      analyzer: "html",
    }),
    file("NUL bytes in a page", "nul.html", () => html("a\0b\0c")),
    file("closing tags alone", "close.html", () => html("</p></div></body></script>".repeat(10_000)), {
      analyzer: "html",
    }),
    file("one line of 30 MB", "line.txt", () => Buffer.alloc(30_000_000, "word "), { analyzer: "text" }),
    file("one word of 5 MB", "word.txt", () => "w".repeat(5_000_000), { analyzer: "text" }),
    file("100,000 different words", "words.txt", () =>
      Array.from({ length: 100_000 }, (_, at) => `w${(at * 7919).toString(36).replace(/\d/g, "q")}`).join(
        " ",
      ),
    ),
    file("control characters", "bell.txt", () => "\u0007\u001b[2J\u001b]0;owned\u0007 text ".repeat(100)),
    file("text from right to left", "bidi.txt", () => "user\u202etxt.exe\u2066 and more words ".repeat(50), {
      analyzer: "text",
    }),
    file("headings without end", "headings.md", () => "# heading\n".repeat(50_000), { analyzer: "text" }),
    file("hashes without end", "hashes.md", () => `${"#".repeat(1_000_000)} x`, { analyzer: "text" }),
    file("marks that combine without end", "marks.txt", () => `a${"\u0301".repeat(500_000)} end of it`, {
      analyzer: "text",
    }),
    file("XML, 100,000 deep", "deep.xml", () => `<?xml version="1.0"?>${"<a>".repeat(100_000)}`),
  ];
}
