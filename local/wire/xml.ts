/**
 * A value as the query protocol writes it: members as elements, arrays as repeated `<member>`,
 * `undefined` and `null` left out.
 */
export function toXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toXml("member", item)).join("");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([key, member]) => toXml(key, member))
      .join("");
  }
  return escapeXml(String(value));
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

/** Text that is safe inside an element or a double-quoted attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}
