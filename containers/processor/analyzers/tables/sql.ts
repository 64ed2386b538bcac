/** A string literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A quoted identifier of SQL, whatever characters a header contains. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
