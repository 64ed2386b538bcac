const MOST = 50;
const LONGEST = 200;

/** The headings of a Markdown text that comes in pieces: lines that begin with one to six hashes, outside of code. */
export class MarkdownHeadings {
  readonly #headings: string[] = [];
  #rest = "";
  #inCode = false;

  add(text: string): void {
    if (this.#headings.length >= MOST) return;
    const lines = (this.#rest + text).split("\n");
    // A heading is short; of a long line its beginning is enough.
    this.#rest = (lines.pop() ?? "").slice(0, LONGEST * 2);
    for (const line of lines) this.#look(line);
  }

  finish(): string[] {
    this.#look(this.#rest);
    return this.#headings;
  }

  #look(line: string): void {
    if (/^\s{0,3}(```|~~~)/.test(line)) this.#inCode = !this.#inCode;
    if (this.#inCode || this.#headings.length >= MOST) return;
    const beginning = line.slice(0, LONGEST * 2);
    const [, title] = /^#{1,6}\s+(\S.*)$/.exec(beginning.trimEnd()) ?? [];
    if (title !== undefined) this.#headings.push(title.replace(/\s+#+$/, "").slice(0, LONGEST));
  }
}
