import { flatten } from "./flatten.ts";
import { branchMatches } from "./match.ts";
import type { Branch, EventPattern } from "./pattern.ts";

interface IndexedBranch<Rule> {
  readonly branch: Branch;
  readonly rule: Rule;
  readonly order: number;
}

/**
 * Rules, found by the exact texts that they ask for: of each branch, the field whose texts the fewest others ask
 * for. An event is then held against the few branches that one of its own values leads to, and against those
 * that name no exact text at all.
 */
export class RuleIndex<Rule> {
  private readonly byText = new Map<string, Map<string, IndexedBranch<Rule>[]>>();
  private readonly others: IndexedBranch<Rule>[] = [];

  constructor(rules: Iterable<readonly [EventPattern, Rule]>) {
    const branches = [...rules].flatMap(([pattern, rule], order) =>
      pattern.branches.map((branch) => ({ branch, rule, order })),
    );
    const popularity = countTexts(branches);
    for (const entry of branches) this.add(entry, popularity);
  }

  /** The rules that an event matches, each once, in the order in which they were given. */
  match(event: unknown): Rule[] {
    const flat = flatten(event);
    const found = new Map<number, Rule>();
    const hold = (entries: readonly IndexedBranch<Rule>[]) => {
      for (const entry of entries) {
        if (!found.has(entry.order) && branchMatches(entry.branch, flat)) found.set(entry.order, entry.rule);
      }
    };
    for (const [path, texts] of this.byText) {
      for (const leaf of flat.get(path) ?? []) {
        if (typeof leaf.value === "string") hold(texts.get(leaf.value) ?? []);
      }
    }
    hold(this.others);
    return [...found].sort(([a], [b]) => a - b).map(([, rule]) => rule);
  }

  private add(entry: IndexedBranch<Rule>, popularity: ReadonlyMap<string, number>): void {
    const [best] = entry.branch
      .filter((field) => field.exact.size > 0 && field.tests.length === 0 && !field.absent)
      .map((field) => ({
        field,
        cost: Math.max(...[...field.exact].map((text) => popularity.get(textKey(field.path, text)) ?? 0)),
      }))
      .sort((a, b) => a.cost - b.cost);
    if (best === undefined) {
      this.others.push(entry);
      return;
    }
    const texts = this.byText.get(best.field.path) ?? new Map<string, IndexedBranch<Rule>[]>();
    this.byText.set(best.field.path, texts);
    for (const text of best.field.exact) {
      const entries = texts.get(text) ?? [];
      texts.set(text, entries);
      entries.push(entry);
    }
  }
}

function countTexts(branches: readonly { readonly branch: Branch }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { branch } of branches) {
    for (const field of branch) {
      for (const text of field.exact) {
        const key = textKey(field.path, text);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

function textKey(path: string, text: string): string {
  return `${path}\0${text}`;
}
