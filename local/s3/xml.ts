import { XMLParser, XMLValidator } from "fast-xml-parser";
import { z } from "zod";
import { NotPlayedError } from "../wire/aws-error.ts";
import { escapeXml } from "../wire/xml.ts";
import { malformedXml } from "./errors.ts";

export const S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Arrays are repeated elements, as S3 writes lists; `undefined` and `null` are left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | Date
  | null
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** @param namespace S3's on results; errors have none */
export function xmlDocument(root: string, value: XmlValue, namespace: string = S3_NAMESPACE): string {
  const attribute = namespace === "" ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${content(value)}</${root}>`;
}

function element(name: string, value: XmlValue): string {
  if (value === undefined || value === null) return "";
  if (isList(value)) return value.map((item) => element(name, item)).join("");
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: XmlValue): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return value.map(content).join("");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, member]) => element(name, member))
      .join("");
  }
  return escapeControls(escapeXml(String(value)));
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** Keys may hold control characters; S3 writes them as character references, though XML 1.0 has none. */
function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (character) => {
    return `&#${character.charCodeAt(0)};`;
  });
}

/**
 * Reads a request's XML.
 * @param repeated names of elements that are lists even when they occur once
 * @throws S3Error MalformedXML
 * @throws NotPlayedError for elements that the schema does not know
 */
export function parseXml<Schema extends z.ZodType>(
  text: string,
  root: string,
  schema: Schema,
  repeated: readonly string[] = [],
): z.output<Schema> {
  if (XMLValidator.validate(text) !== true) throw malformedXml();
  const parser = new XMLParser({
    ignoreDeclaration: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (name) => repeated.includes(name),
  });
  const document = withoutBlanks(parser.parse(text)) as Record<string, unknown>;
  if (!(root in document)) throw malformedXml();
  const parsed = schema.safeParse(document[root] === "" ? {} : document[root]);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) {
    throw new NotPlayedError(`s3 ${root}: ${[...unknown.path, unknown.keys.join(", ")].join(".")}`);
  }
  throw malformedXml(z.prettifyError(parsed.error));
}

/** Drops the white space between elements, and keeps that inside them (a key may be a single space). */
function withoutBlanks(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutBlanks);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).filter(([name, value]) => {
    return !(name === "#text" && typeof value === "string" && value.trim() === "");
  });
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutBlanks(value)]));
}
