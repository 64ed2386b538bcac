/** A string of SQL: a literal, or several around the NUL bytes that would end the statement. */
export function literal(text: string): string {
  const parts = text.split("\0").map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join("") : `(${parts.join(" || chr(0) || ")})`;
}

/** A quoted identifier of SQL, whatever characters a header contains. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
