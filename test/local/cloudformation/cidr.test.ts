import { BlockList } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cidrBlocks } from "../../../local/cloudformation/cidr.ts";

test.each<[string, number, number, string[]]>([
  ["192.168.0.0/24", 2, 5, ["192.168.0.0/27", "192.168.0.32/27"]],
  ["10.0.7.9/16", 1, 8, ["10.0.0.0/24"]],
  ["255.255.255.255/32", 1, 0, ["255.255.255.255/32"]],
  ["::ffff:1.2.3.0/120", 1, 4, ["::ffff:102:300/124"]],
  ["fd00:1:2:3:4:5:6:7/128", 1, 0, ["fd00:1:2:3:4:5:6:7/128"]],
])("%s gives %i blocks of %i bits", (block, count, bits, expected) => {
  expect(cidrBlocks(block, count, bits)).toEqual(expected);
});

test("blocks lie inside, follow each other and do not overlap", () => {
  fc.assert(
    fc.property(
      fc.ipV4(),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 1, max: 128 }),
      (address, prefix, bits, count) => {
        fc.pre(count <= 2 ** (32 - bits - prefix));
        const outer = new BlockList();
        outer.addSubnet(address, prefix, "ipv4");
        const taken = new BlockList();
        for (const block of cidrBlocks(`${address}/${prefix}`, count, bits)) {
          const [start = "", size] = block.split("/");
          expect(size).toBe(String(32 - bits));
          expect(outer.check(start)).toBe(true);
          expect(taken.check(start)).toBe(false);
          taken.addSubnet(start, Number(size), "ipv4");
        }
      },
    ),
    { numRuns: 50 },
  );
});
