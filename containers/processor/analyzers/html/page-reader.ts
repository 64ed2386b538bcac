import type { Handler } from "htmlparser2";
import type { HtmlContent } from "../../../../events/results/html.ts";

const MOST_LINKS = 100;
const MOST_HEADINGS = 50;
const LONGEST = 300;
const LONGEST_ADDRESS = 2_000;
const TEXT_CHARACTERS = 2_000;
/** A parser looks through all open elements for each that closes: deeper pages would take it hours. */
const DEEPEST = 2_000;
/** What they contain is not for readers. */
const UNREAD = new Set(["script", "style", "noscript", "template", "svg", "head"]);
/** They end a word, and a line. */
const BLOCKS =
  /^(p|div|br|hr|li|ul|ol|table|tr|td|th|h[1-6]|section|article|header|footer|nav|main|pre|blockquote)$/;

/** The page is not read any further; what came before counts. */
export class TooDeepError extends Error {
  override readonly name = "TooDeepError";
}

/** Collects what a reader of a page sees, and where it leads. */
export class PageReader {
  readonly handler: Partial<Handler>;
  readonly #onText: (text: string) => void;
  readonly #links: { href: string; text: string }[] = [];
  readonly #headings: { level: number; text: string }[] = [];
  #depth = 0;
  #linkCount = 0;
  #images = 0;
  #scripts = 0;
  #forms = 0;
  #title: string | undefined;
  #description: string | undefined;
  #declaredLanguage: string | undefined;
  #unread = 0;
  #text = "";
  #words = 0;
  #characters = 0;
  /** What is open of what has a text of its own, by the element that closes it. */
  readonly #collecting = new Map<string, { text: string }>();

  /** @param onText is told the text that readers see */
  constructor(onText: (text: string) => void) {
    this.#onText = onText;
    this.handler = {
      onopentag: (name, attributes) => this.#open(name, attributes),
      ontext: (text) => this.#read(text),
      onclosetag: (name) => this.#close(name),
    };
  }

  finish(): Omit<HtmlContent, "language" | "topTerms" | "encoding"> {
    return {
      ...(this.#title !== undefined && { title: tidy(this.#title) }),
      ...(this.#description !== undefined && { description: tidy(this.#description) }),
      ...(this.#declaredLanguage !== undefined && { declaredLanguage: this.#declaredLanguage.slice(0, 40) }),
      words: this.#words,
      characters: this.#characters,
      text: this.#text.replace(/\s+/g, " ").trim().slice(0, TEXT_CHARACTERS),
      headings: this.#headings.map(({ level, text }) => ({ level, text: tidy(text) })),
      links: {
        count: this.#linkCount,
        first: this.#links.map(({ href, text }) => ({ href, text: tidy(text) })),
      },
      images: this.#images,
      scripts: this.#scripts,
      forms: this.#forms,
    };
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (++this.#depth > DEEPEST) throw new TooDeepError(`Elements nest more than ${DEEPEST} deep`);
    if (UNREAD.has(name)) this.#unread++;
    if (BLOCKS.test(name)) this.#read("\n");
    const heading = /^h([1-6])$/.exec(name);
    if (name === "html") this.#declaredLanguage ??= attributes.lang;
    else if (name === "title" && this.#title === undefined) this.#collecting.set(name, { text: "" });
    else if (name === "meta" && attributes.name?.toLowerCase() === "description") {
      this.#description ??= attributes.content;
    } else if (name === "a" && attributes.href !== undefined) this.#openLink(attributes.href);
    else if (heading && this.#headings.length < MOST_HEADINGS) {
      const found = { level: Number(heading[1]), text: "" };
      this.#headings.push(found);
      this.#collecting.set(name, found);
    } else if (name === "img") this.#images++;
    else if (name === "script") this.#scripts++;
    else if (name === "form") this.#forms++;
  }

  #openLink(href: string): void {
    this.#linkCount++;
    if (this.#links.length >= MOST_LINKS) return;
    const link = { href: href.slice(0, LONGEST_ADDRESS), text: "" };
    this.#links.push(link);
    this.#collecting.set("a", link);
  }

  #read(text: string): void {
    for (const collected of this.#collecting.values()) {
      const room = LONGEST - collected.text.length;
      if (room > 0) collected.text += text.slice(0, room);
    }
    if (this.#unread > 0) return;
    this.#characters += text.length;
    this.#words += text.match(/\S+/g)?.length ?? 0;
    if (this.#text.length < 2 * TEXT_CHARACTERS) this.#text += text.slice(0, 2 * TEXT_CHARACTERS);
    this.#onText(text);
  }

  #close(name: string): void {
    this.#depth--;
    if (UNREAD.has(name)) this.#unread--;
    if (BLOCKS.test(name)) this.#read("\n");
    if (name === "title") this.#title ??= this.#collecting.get(name)?.text;
    this.#collecting.delete(name);
  }
}

function tidy(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, LONGEST);
}
