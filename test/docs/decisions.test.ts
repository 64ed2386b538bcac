import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDER = join(ROOT, "docs/decisions");
const ROOMS = [
  "bench",
  "cli",
  "containers",
  "docs",
  "events",
  "examples",
  "functions",
  "infra",
  "local",
  "test",
];

const decisions = readdirSync(FOLDER)
  .filter((name) => name !== "README.md")
  .toSorted();
const numberOf = (file: string) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]);

/** Files in which people read of decisions. */
function texts(): { path: string; text: string }[] {
  const inRooms = ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(ts|tsx|md)$/.test(path) && !path.includes("node_modules"))
      .map((path) => join(room, path)),
  );
  const atTop = readdirSync(ROOT).filter((path) => path.endsWith(".md"));
  return [...inRooms, ...atTop].map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

describe("docs/decisions", () => {
  it("are numbered from 1, each number once", () => {
    expect(decisions.map(numberOf)).toEqual(decisions.map((_, index) => index + 1));
  });

  it.each(decisions)("%s has its number in its title", (file) => {
    expect(readFileSync(join(FOLDER, file), "utf8")).toMatch(new RegExp(`^# ${numberOf(file)}\\. \\S`));
  });

  it("are all listed, in their order, by their titles", () => {
    const index = readFileSync(join(FOLDER, "README.md"), "utf8");
    const listed = [...index.matchAll(/^(\d+)\. \[(.+)\]\((.+)\)$/gm)].map(([, number, title, file]) => ({
      file,
      heading: `# ${number}. ${title}`,
    }));
    const headings = decisions.map((file) => ({
      file,
      heading: readFileSync(join(FOLDER, file), "utf8").split("\n")[0],
    }));
    expect(listed).toEqual(headings);
  });

  it("are there where something cites them", () => {
    const cited = texts().flatMap(({ path, text }) =>
      [...text.matchAll(/decisions\/(\d{4}-[\w-]+\.md)/g)].map(([, file = ""]) => ({ path, file })),
    );
    expect(cited.length).toBeGreaterThan(0);
    expect(cited.filter(({ file }) => !existsSync(join(FOLDER, file)))).toEqual([]);
  });
});
