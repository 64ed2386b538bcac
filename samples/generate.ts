import { writeFileSync } from "node:fs";

/**
 * Makes the samples anew, the same every time: `node samples/generate.ts`.
 * With a path and a number of rows it writes one large CSV there instead, for the dedicated lane:
 * `node samples/generate.ts /tmp/readings.csv 250000` (about 10 MB).
 */
const [target, rows] = process.argv.slice(2);
if (target === undefined) {
  const { writeSamples } = await import("./write-samples.ts");
  await writeSamples();
} else {
  const { readings } = await import("./readings.ts");
  writeFileSync(target, readings(Number(rows ?? 250_000)).join(""));
}
