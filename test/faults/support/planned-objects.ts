import { gzipSync } from "node:zlib";
import { seededRandom, seedFor } from "../../../local/faults/random.ts";
import { validFiles } from "../../hostile/valid-files.ts";
import { DEDICATED_ABOVE_BYTES } from "./faults-app.ts";

/** An object to upload, which follows from the seed and its number alone. */
export interface PlannedObject {
  readonly key: string;
  readonly body: Buffer;
  /** Uploaded once more a moment later, with this. */
  readonly overwrittenWith?: Buffer | undefined;
  readonly lane: "pooled" | "dedicated";
}

/** Bodies that no worker can read, sent to the jobs queue. */
export const POISON_MESSAGES = ["not JSON", '{"pipeline":"tables"}', '{"pipeline":"none","event":{}}'];

/** A kind of object, and how many of a thousand are of it. */
interface Kind {
  readonly name: string;
  readonly ofThousand: number;
  readonly lane?: "dedicated";
  make(variant: number): { suffix: string; body: Buffer };
}

/** Different bodies of one kind. */
const VARIANTS = 12;
const OVERWRITTEN_OF_THOUSAND = 20;

/** Objects of mixed kinds and sizes: mostly small ones, a share with a task of its own, a few that nobody can read. */
export async function planObjects(count: number, seed: number, folder: string): Promise<PlannedObject[]> {
  const kinds = kindsFrom(await validFiles(folder));
  const random = seededRandom(seedFor(seed, "objects"));
  return Array.from({ length: count }, (_, index) => {
    const kind = chosen(kinds, random());
    const { suffix, body } = kind.make(Math.floor(random() * VARIANTS));
    const key = `${kind.name}/${String(index).padStart(6, "0")}${suffix}`;
    const isOverwritten = random() * 1_000 < OVERWRITTEN_OF_THOUSAND;
    const other = kind.make(Math.floor(random() * VARIANTS)).body;
    return {
      key,
      body,
      lane: kind.lane ?? "pooled",
      ...(isOverwritten && !kind.lane && { overwrittenWith: other }),
    };
  });
}

function chosen(kinds: readonly Kind[], random: number): Kind {
  let left = random * kinds.reduce((sum, { ofThousand }) => sum + ofThousand, 0);
  const found = kinds.find(({ ofThousand }) => {
    left -= ofThousand;
    return left < 0;
  });
  if (!found) throw new RangeError(`No kind of object for ${random}`);
  return found;
}

function kindsFrom(files: ReadonlyMap<string, Buffer>): Kind[] {
  const file = (name: string): Buffer => {
    const found = files.get(name);
    if (!found) throw new RangeError(`There is no valid file ${name}`);
    return found;
  };
  const names = [...files.keys()];
  const ofEveryKind = (variant: number) => names[variant % names.length] ?? "table.csv";
  return [
    { name: "csv", ofThousand: 420, make: (variant) => ({ suffix: ".csv", body: csv(10 + variant * 7) }) },
    {
      name: "gzip",
      ofThousand: 60,
      make: (variant) => ({ suffix: ".csv.gz", body: gzipSync(csv(40 + variant)) }),
    },
    { name: "lines", ofThousand: 160, make: (variant) => ({ suffix: ".ndjson", body: lines(5 + variant) }) },
    { name: "text", ofThousand: 180, make: (variant) => ({ suffix: ".txt", body: text(20 + variant * 11) }) },
    {
      name: "files",
      ofThousand: 125,
      make: (variant) => {
        const name = ofEveryKind(variant * 5);
        return { suffix: `-${name}`, body: file(name) };
      },
    },
    {
      // The beginning of a file, as a broken connection leaves it.
      name: "poison",
      ofThousand: 15,
      make: (variant) => {
        const name =
          ["drawing.png", "table.parquet", "bundle.zip", "paper.pdf"][variant % 4] ?? "drawing.png";
        return { suffix: `-${name}`, body: file(name).subarray(0, file(name).length / 2) };
      },
    },
    {
      name: "large",
      ofThousand: 28,
      lane: "dedicated",
      make: (variant) => ({ suffix: ".csv", body: csv(DEDICATED_ABOVE_BYTES / 12 + variant * 500) }),
    },
    {
      name: "foreign",
      ofThousand: 12,
      lane: "dedicated",
      make: (variant) => ({ suffix: ".count", body: text(variant * 3) }),
    },
  ];
}

/** At least 12 bytes a row. */
function csv(rows: number): Buffer {
  const row = (_: unknown, index: number) => `${index},harbour ${index % 17},${(index * 37) % 1_000}`;
  return Buffer.from(`id,port,level\n${Array.from({ length: rows }, row).join("\n")}\n`);
}

function lines(rows: number): Buffer {
  const row = (_: unknown, index: number) => JSON.stringify({ id: index, tide: index % 2 ? "low" : "high" });
  return Buffer.from(`${Array.from({ length: rows }, row).join("\n")}\n`);
}

const WORDS = "the pilots of the harbour wait for the tide and the ships wait for the pilots".split(" ");

function text(words: number): Buffer {
  return Buffer.from(Array.from({ length: words }, (_, index) => WORDS[index % WORDS.length]).join(" "));
}
