/**
 * Publishes the JSON Schema of every kind of result document in docs/results:
 *
 *   node events/results/write-json-schemas.ts
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemas } from "./kinds.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "docs/results");

mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
}
execFileSync(join(root, "node_modules/.bin/biome"), ["format", "--write", folder], { stdio: "inherit" });
