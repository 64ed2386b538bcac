import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resultOf } from "../../../containers/kit/result.ts";
import { jsonSchemas, resultsByAnalyzer } from "../../../events/results/kinds.ts";
import { analyze } from "../support/analyze.ts";

const root = join(import.meta.dirname, "../../..");

test("the JSON Schemas in docs/results are those of the code: `node events/results/write-json-schemas.ts`", async () => {
  const published = await readdir(join(root, "docs/results"));
  expect(published.filter((name) => name.endsWith(".json")).sort()).toEqual(
    Object.keys(jsonSchemas()).sort(),
  );
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    const text = await readFile(join(root, "docs/results", name), "utf8");
    expect(JSON.parse(text), name).toEqual(JSON.parse(JSON.stringify(schema)));
  }
});

const samples = (await readdir(join(root, "samples"))).filter((name) => !name.endsWith(".ts"));

test.each(samples)("the result of %s is as its schema says", async (name) => {
  const analysis = await analyze(name, await readFile(join(root, "samples", name)));
  const jobId = "0".repeat(64);
  const object = { bucket: "uploads", key: name, etag: "e", size: 1, sequencer: "0" };
  const job = {
    contract: 1 as const,
    jobId,
    pipeline: "generic",
    attempt: 1,
    object,
    result: { bucket: "r", key: "k" },
  };
  const artifacts = analysis.artifacts.map((artifact) => ({ ...artifact, key: artifact.name, size: 1 }));
  const document = resultOf(job, { path: "", sizeBytes: 1, sha256: "0".repeat(64) }, 1, analysis, artifacts);
  const schema = resultsByAnalyzer[analysis.analyzer.name as keyof typeof resultsByAnalyzer];
  expect(schema.safeParse(JSON.parse(JSON.stringify(document))).error?.issues).toBeUndefined();
});
