const BEGIN = "<!-- scale -->";
const END = "<!-- /scale -->";

/** The README with its summary of docs/scale.md anew. @throws RangeError when it has no place for it */
export function withSummary(readme: string, summary: string): string {
  const from = readme.indexOf(BEGIN);
  const to = readme.indexOf(END);
  if (from < 0 || to < from) throw new RangeError(`README.md has no ${BEGIN} … ${END}`);
  return `${readme.slice(0, from + BEGIN.length)}\n${summary}\n${readme.slice(to)}`;
}
