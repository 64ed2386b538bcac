import type { HostileFile } from "./hostile-file.ts";
import { Seeded } from "./seeded.ts";

type Mutation = (bytes: Buffer, random: Seeded) => Buffer;

/** What happens to files on their way, and what is done to them. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "cut off": (bytes, random) => bytes.subarray(0, 1 + random.below(bytes.length - 1)),
  "cut off at the start": (bytes, random) => bytes.subarray(1 + random.below(Math.min(64, bytes.length - 1))),
  "one bit flipped": (bytes, random) => flipped(bytes, random, 1),
  "many bits flipped": (bytes, random) => flipped(bytes, random, Math.max(8, Math.floor(bytes.length / 50))),
  "a hole of zeros": (bytes, random) => {
    const copy = Buffer.from(bytes);
    const start = random.below(bytes.length);
    return copy.fill(0, start, Math.min(bytes.length, start + 1 + random.below(bytes.length)));
  },
  "noise inside": (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(200), bytes.subarray(at)]);
  },
  "a part twice": (bytes, random) => {
    const start = random.below(bytes.length);
    const end = start + random.below(bytes.length - start);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  "large numbers": (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let times = 0; times < 6; times++) {
      const at = random.below(Math.max(1, bytes.length - 4));
      copy.fill(random.below(2) === 0 ? 0xff : 0x7f, at, at + 4);
    }
    return copy;
  },
  "the beginning alone changed": (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let times = 0; times < 4; times++)
      copy[4 + random.below(Math.min(60, bytes.length - 4))] = random.below(256);
    return copy;
  },
  "the end alone changed": (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let times = 0; times < 4; times++)
      copy[bytes.length - 1 - random.below(Math.min(60, bytes.length))] = random.below(256);
    return copy;
  },
  "noise after the end": (bytes, random) => Buffer.concat([bytes, random.bytes(500)]),
};

function flipped(bytes: Buffer, random: Seeded, times: number): Buffer {
  const copy = Buffer.from(bytes);
  for (let time = 0; time < times; time++) {
    const at = random.below(bytes.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

/** Every mutation of every file, and every file under another's name. */
export function mutationsOf(valid: ReadonlyMap<string, Buffer>, seed: number): HostileFile[] {
  const keys = [...valid.keys()];
  return [...valid].flatMap(([key, bytes], index) => {
    const mutated = Object.entries(MUTATIONS).map(([rule, mutate], at) => ({
      rule,
      key,
      content: () => mutate(bytes, new Seeded(seed + index * 100 + at)),
    }));
    const other = keys[(index + 1) % keys.length] ?? key;
    return [...mutated, { rule: "another's name", key: `${key}.as.${other}`, content: () => bytes }];
  });
}
