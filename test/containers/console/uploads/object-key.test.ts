import fc from "fast-check";
import { expect, test } from "vitest";
import { objectKeyFor } from "../../../../containers/console/uploads/object-key.ts";

const NOW = new Date("2026-11-22T23:59:59Z");

test("a key has the day in UTC, something random, and the name", () => {
  expect(objectKeyFor("a b+c.csv", NOW, () => "r")).toBe("2026/11/22/r/a b+c.csv");
  expect(objectKeyFor("a", NOW)).not.toBe(objectKeyFor("a", NOW));
});

test("a name is kept in composed form", () => {
  expect(objectKeyFor("u\u0308.csv", NOW, () => "r")).toBe("2026/11/22/r/\u00fc.csv");
});

test("whatever the name, a key that is made ends in the name and fits into S3's 1,024 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 600 }), (name) => {
      let key: string;
      try {
        key = objectKeyFor(name, NOW);
      } catch (error) {
        expect(error).toMatchObject({ status: 422, thing: "name" });
        return;
      }
      expect(key.split("/").slice(4).join("/")).toBe(name.normalize("NFC"));
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
    }),
  );
});
