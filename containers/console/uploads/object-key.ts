import { randomBytes } from "node:crypto";
import { Problem, shown } from "../problem.ts";

/** S3 takes keys of 1,024 bytes; the rest is for what stands before the name. */
const MAX_NAME_BYTES = 900;

/**
 * The key under which an upload is kept: `<yyyy>/<mm>/<dd>/<random>/<file name>`. No two uploads share one. A file of a
 * dropped folder brings its path within it.
 * @throws Problem 422 when the name cannot end a key
 */
export function objectKeyFor(fileName: string, now: Date, random: () => string = randomName): string {
  const day = now.toISOString().slice(0, 10).replaceAll("-", "/");
  return `${day}/${random()}/${checkedName(fileName)}`;
}

function randomName(): string {
  return randomBytes(8).toString("hex");
}

function checkedName(fileName: string): string {
  const name = fileName.normalize("NFC");
  const refuse = (rule: string) => new Problem(422, "name", shown(name), rule);
  const parts = name.split("/");
  if (parts.some((part) => part.trim() === ""))
    throw refuse("a file has a name, and so has each folder before it");
  if (parts.some((part) => part === "." || part === ".."))
    throw refuse("a name that is a step in a path is not taken");
  if (name.includes("\\")) throw refuse("a name has no backslash in it; folders end with a slash");
  if (/\p{Cc}/u.test(name)) throw refuse("a name has no control characters in it");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: S3 puts the form's own file name in its place
  if (name.includes("${filename}")) throw refuse("S3 keeps ${filename} for itself");
  if (!name.isWellFormed()) throw refuse("a name is well-formed Unicode");
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES)
    throw refuse(`a name has at most ${MAX_NAME_BYTES} bytes in UTF-8, this one ${bytes}`);
  return name;
}
