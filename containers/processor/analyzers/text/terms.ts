import type { TextTerms } from "../../../../events/results/language.ts";

/** Enough to know what a text is about. */
const MOST_CHARACTERS = 4_000_000;
const TOP = 20;
const SHORTEST_TERM = 3;
const LONGEST_TERM = 40;
/** Different words that are counted; beyond them, those that came once are forgotten. */
const MOST_TERMS = 50_000;
/** The language is told from the beginning. */
const LANGUAGE_CHARACTERS = 8_000;
/** Shorter texts are told wrongly too often. */
const LEAST_FOR_LANGUAGE = 60;

const WORD = /\p{L}[\p{L}\p{M}'’-]*/gu;

/** Finds the language and the most frequent words of a text that comes in pieces. */
export class Terms {
  readonly #counts = new Map<string, number>();
  #beginning = "";
  #seen = 0;
  #rest = "";

  add(text: string): void {
    if (this.#seen >= MOST_CHARACTERS) return;
    this.#seen += text.length;
    if (this.#beginning.length < LANGUAGE_CHARACTERS) {
      this.#beginning += text.slice(0, LANGUAGE_CHARACTERS - this.#beginning.length);
    }
    // The last word may go on in the next piece.
    const whole = this.#rest + text;
    const end = Math.max(0, whole.lastIndexOf(" "), whole.lastIndexOf("\n"), whole.length - LONGEST_TERM);
    this.#count(whole.slice(0, end));
    this.#rest = whole.slice(end);
  }

  async finish(): Promise<TextTerms> {
    this.#count(this.#rest);
    this.#rest = "";
    const { languageOf, commonWordsOf } = await import("./language.ts");
    const language = this.#beginning.length >= LEAST_FOR_LANGUAGE ? languageOf(this.#beginning) : undefined;
    const common = commonWordsOf(language);
    const topTerms = [...this.#counts]
      .filter(([term]) => !common.has(term))
      .sort(([a, times], [b, otherTimes]) => otherTimes - times || (a < b ? -1 : 1))
      .slice(0, TOP)
      .map(([term, count]) => ({ term, count }));
    return { ...(language !== undefined && { language }), topTerms };
  }

  #count(text: string): void {
    for (const [word] of text.matchAll(WORD)) {
      if (word.length < SHORTEST_TERM || word.length > LONGEST_TERM) continue;
      const term = word.toLowerCase();
      this.#counts.set(term, (this.#counts.get(term) ?? 0) + 1);
    }
    if (this.#counts.size <= MOST_TERMS) return;
    for (const [term, count] of this.#counts) if (count === 1) this.#counts.delete(term);
    if (this.#counts.size > MOST_TERMS) this.#seen = MOST_CHARACTERS;
  }
}
