/** One value of each parameter, by the parameter's name. */
export type Row<Value> = Readonly<Record<string, Value>>;

/**
 * Rows in which any two values of different parameters meet at least once, unless no row may have both. Greedy: each
 * row starts from a pair that has not met yet, and takes the values that let most of such pairs meet.
 * @param allowed decides on whole and partial rows; what it refuses of a part it refuses of the whole
 */
export function pairwise<Value>(
  parameters: Readonly<Record<string, readonly Value[]>>,
  allowed: (row: Partial<Row<Value>>) => boolean,
): { readonly rows: readonly Row<Value>[]; readonly impossible: readonly Partial<Row<Value>>[] } {
  const names = Object.keys(parameters);
  const valuesOf = (name: string) => parameters[name] ?? [];
  const rows: Row<Value>[] = [];
  const impossible: Partial<Row<Value>>[] = [];
  const open = new Map<string, Partial<Row<Value>>>();
  const keyOf = (a: string, i: number, b: string, j: number) => `${a}=${i} ${b}=${j}`;
  for (const [at, a] of names.entries()) {
    for (const b of names.slice(at + 1)) {
      for (const [i, x] of valuesOf(a).entries()) {
        for (const [j, y] of valuesOf(b).entries()) {
          const pair = { [a]: x, [b]: y } as Partial<Row<Value>>;
          if (allowed(pair)) open.set(keyOf(a, i, b, j), pair);
          else impossible.push(pair);
        }
      }
    }
  }
  const pairsOf = (row: Partial<Row<Value>>) => {
    const given = names.filter((name) => name in row);
    return given.flatMap((a, at) =>
      given.slice(at + 1).map((b) => {
        const index = (name: string) => valuesOf(name).indexOf(row[name] as Value);
        return keyOf(a, index(a), b, index(b));
      }),
    );
  };
  const gain = (row: Partial<Row<Value>>) => pairsOf(row).filter((key) => open.has(key)).length;

  const complete = (start: Partial<Row<Value>>): Row<Value> | undefined => {
    const left = names.filter((name) => !(name in start));
    const [name] = left;
    if (name === undefined) return start as Row<Value>;
    const choices = valuesOf(name)
      .map((value) => ({ ...start, [name]: value }) as Partial<Row<Value>>)
      .filter(allowed)
      .sort((a, b) => gain(b) - gain(a));
    for (const choice of choices) {
      const row = complete(choice);
      if (row) return row;
    }
    return undefined;
  };

  for (let next = open.entries().next(); !next.done; next = open.entries().next()) {
    const [key, pair] = next.value;
    const row = complete(pair);
    if (!row) {
      open.delete(key);
      impossible.push(pair);
      continue;
    }
    rows.push(row);
    for (const met of pairsOf(row)) open.delete(met);
  }
  return { rows, impossible };
}
