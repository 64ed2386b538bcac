const VARIABLE = /\$(\w+)|\$\{(\w+)(?:(:?[-+])([^}]*))?\}/;
const SINGLE_QUOTED = /'([^']*)'/;
const ESCAPED = /\\(.)/s;
const TOKEN = new RegExp(`${SINGLE_QUOTED.source}|${ESCAPED.source}|"|${VARIABLE.source}`, "gs");

/**
 * Expands a word of a Dockerfile: `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+alternative}` outside of
 * single quotes, escapes resolved, quotes dropped. An unknown variable is empty.
 */
export function expandVariables(word: string, variables: Readonly<Record<string, string>>): string {
  return word.replace(
    TOKEN,
    (
      match: string,
      literal?: string,
      escaped?: string,
      plain?: string,
      braced?: string,
      operator?: string,
      other = "",
    ) => {
      if (literal !== undefined) return literal;
      if (escaped !== undefined) return escaped;
      if (match === '"') return "";
      const value = variables[plain ?? braced ?? ""];
      const present = operator?.startsWith(":") ? Boolean(value) : value !== undefined;
      if (operator?.endsWith("-")) return present ? (value ?? "") : expandVariables(other, variables);
      if (operator?.endsWith("+")) return present ? expandVariables(other, variables) : "";
      return value ?? "";
    },
  );
}
