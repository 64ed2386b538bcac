/**
 * Compares without case as EventBridge does: each UTF-16 unit of the pattern stands for its lower and its upper
 * case form, whatever their lengths.
 */
export function ignoreCaseTest(
  pattern: string,
  anchor: "whole" | "prefix" | "suffix",
): (text: string) => boolean {
  const body = Array.from({ length: pattern.length }, (_, index) => {
    const forms = new Set([pattern[index]?.toLowerCase() ?? "", pattern[index]?.toUpperCase() ?? ""]);
    return `(?:${[...forms].map(escapeRegExp).join("|")})`;
  }).join("");
  const expression = new RegExp(`${anchor === "suffix" ? "" : "^"}${body}${anchor === "prefix" ? "" : "$"}`);
  return (text) => expression.test(text);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
