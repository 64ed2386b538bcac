import { expect, test } from "vitest";
import { treeOf } from "../../../../containers/console/web/src/lib/tree.ts";

const file = (path: string, size = 1) => ({ path, size, kind: "file" });

test("paths become folders with what is below them, folders first", () => {
  const tree = treeOf([file("z.txt", 5), file("a/b/one.csv", 10), file("a/two.csv", 20)]);
  expect(tree).toMatchObject({ files: 3, size: 35 });
  expect(tree.children.map(({ name, files, size }) => [name, files, size])).toEqual([
    ["a", 2, 30],
    ["z.txt", 1, 5],
  ]);
  expect(tree.children[0]?.children.map(({ name }) => name)).toEqual(["b", "two.csv"]);
});

test("a path that climbs stays where it is, as text", () => {
  const tree = treeOf([file("../../etc/passwd")]);
  expect(tree.children.map(({ name }) => name)).toEqual([".."]);
  expect(tree.files).toBe(1);
});

test("a folder that is listed by itself is no file", () => {
  expect(treeOf([{ path: "empty/", size: 0, kind: "directory" }])).toMatchObject({ files: 0, size: 0 });
});
