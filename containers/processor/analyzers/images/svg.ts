import { readFile } from "node:fs/promises";
import { Parser } from "htmlparser2";
import { JobError } from "../../../kit/job-error.ts";
import type { FileToAnalyze } from "../analyzer.ts";
import { labelOf } from "../text/text-decoder.ts";
import { isAllowedAttribute, isAllowedElement, isInertStyle } from "./svg-rules.ts";
import { SvgUses } from "./svg-uses.ts";

/** Drawings are smaller; a parser's tree of a larger one would fill the memory. */
const LARGEST_BYTES = 16 * 2 ** 20;
const DEEPEST = 256;

/** A drawing without anything that runs, loads or links. */
export interface SanitizedSvg {
  readonly source: Buffer;
  /** What was taken out, and how often. */
  readonly removed: readonly { readonly what: string; readonly count: number }[];
  /** Its elements draw each other so often that it is not drawn here. */
  readonly multiplies: boolean;
  readonly warnings: readonly string[];
}

/** @throws JobError when it is too large, too deep, or no drawing */
export async function readSvg({ path, sizeBytes, type }: FileToAnalyze): Promise<SanitizedSvg> {
  if (sizeBytes > LARGEST_BYTES) {
    throw new JobError(
      "unreadable",
      `The drawing has ${sizeBytes} bytes, more than the ${LARGEST_BYTES} that are read`,
    );
  }
  const bytes = await readFile(path);
  const encoding = labelOf(type.encoding ?? "utf-8", bytes);
  const sanitized = sanitizeSvg(new TextDecoder(encoding).decode(bytes));
  const warnings =
    sanitized.removed.length > 0
      ? [
          `Taken out for the sanitized copy: ${sanitized.removed.map(({ what, count }) => `${what} (${count})`).join(", ")}`,
        ]
      : [];
  return { ...sanitized, warnings };
}

/** Writes the drawing anew from what the rules allow; document types and their entities are gone with the rest. */
export function sanitizeSvg(text: string): Omit<SanitizedSvg, "warnings"> {
  const out: string[] = [];
  const removed = new Map<string, number>();
  const remove = (what: string) => removed.set(what, (removed.get(what) ?? 0) + 1);
  let depth = 0;
  /** Depth of the outermost element that is being left out. */
  let leavingOut: number | undefined;
  const uses = new SvgUses();
  /** Where the content of the last style sheet begins in `out`. */
  let styleAt = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth++;
        if (depth > DEEPEST)
          throw new JobError("unreadable", `The drawing nests more than ${DEEPEST} elements`);
        if (leavingOut !== undefined) return;
        uses.openElement(name, attributes);
        if (!isAllowedElement(name)) {
          remove(`<${name.slice(0, 40)}>`);
          leavingOut = depth;
          return;
        }
        const kept = Object.entries(attributes).flatMap(([attribute, value]) => {
          if (isAllowedAttribute(attribute, value)) return [` ${attribute}="${escaped(value)}"`];
          remove(`attribute ${attribute.slice(0, 40)}`);
          return [];
        });
        out.push(`<${name}${kept.join("")}>`);
        if (name === "style") styleAt = out.length;
      },
      ontext(data) {
        if (leavingOut === undefined && depth > 0) out.push(escaped(data));
      },
      onclosetag(name) {
        if (leavingOut === undefined || leavingOut === depth) uses.closeElement();
        if (leavingOut === undefined) {
          if (name === "style" && !isInertStyle(out.slice(styleAt).join(""))) {
            out.length = styleAt;
            remove("style that loads or runs something");
          }
          out.push(`</${name}>`);
        } else if (leavingOut === depth) leavingOut = undefined;
        depth--;
      },
      onprocessinginstruction(name) {
        if (name.toLowerCase() !== "?xml") remove(name.slice(0, 40));
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(text);
  return {
    multiplies: uses.multiply,
    source: Buffer.from(out.join("")),
    removed: [...removed].slice(0, 50).map(([what, count]) => ({ what, count })),
  };
}

/** Control characters are part of no XML document. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
