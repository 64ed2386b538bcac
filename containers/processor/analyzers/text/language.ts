import { franc } from "franc-min";
import * as stopword from "stopword";

const NONE: ReadonlySet<string> = new Set();
/** By ISO 639-3, as franc names languages. */
const lists = new Map<string, unknown>(Object.entries(stopword));

/** ISO 639-3, or undefined when it cannot be told. */
export function languageOf(text: string): string | undefined {
  const language = franc(text);
  return language === "und" ? undefined : language;
}

/** The words of a language that say nothing of a text; for one that is not known, those of English. */
export function commonWordsOf(language: string | undefined): ReadonlySet<string> {
  const list = lists.get(language ?? "eng");
  return Array.isArray(list) ? new Set(list.map(String)) : NONE;
}
