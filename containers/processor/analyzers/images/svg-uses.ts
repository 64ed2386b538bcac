/** Drawings repeat a symbol a thousand times; hostile ones let every repetition repeat another. */
const MOST_COPIES = 20_000;

/** Counts how many copies a drawing's `<use>` elements come to, one within the other. */
export class SvgUses {
  /** By id, the ids that are drawn whenever it is; the empty one is the drawing itself. */
  readonly #drawn = new Map<string, string[]>();
  /** The ids of the open elements; of those without one, their parents'. */
  readonly #open: string[] = [""];

  openElement(name: string, attributes: Readonly<Record<string, string>>): void {
    const parent = this.#open.at(-1) ?? "";
    const target =
      name === "use" ? (attributes.href ?? attributes["xlink:href"])?.trim().slice(1) : undefined;
    if (target !== undefined) this.#draws(parent, target);
    if (attributes.id !== undefined) this.#draws(parent, attributes.id);
    this.#open.push(attributes.id ?? parent);
  }

  closeElement(): void {
    this.#open.pop();
  }

  /** Whether drawing it would take longer than anybody waits. */
  get multiply(): boolean {
    const counted = new Map<string, number>();
    const copies = (id: string): number => {
      const known = counted.get(id);
      if (known !== undefined) return known;
      // While it is being counted: a circle, which is drawn once.
      counted.set(id, 1);
      const sum = (this.#drawn.get(id) ?? []).reduce((total, child) => total + copies(child), 1);
      counted.set(id, sum);
      return sum;
    };
    return copies("") > MOST_COPIES;
  }

  #draws(parent: string, id: string): void {
    const drawn = this.#drawn.get(parent);
    if (drawn) drawn.push(id);
    else this.#drawn.set(parent, [id]);
  }
}
