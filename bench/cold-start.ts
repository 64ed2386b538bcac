/**
 * How long a function's cold start reads and runs its bundle, before the handler can be called.
 *
 *   node bench/cold-start.ts [--json]
 *
 * For each function: the median of fresh processes that import its bundle with the environment of the synthesized
 * template, and, in turn with them, of processes that import one bare SDK client from node_modules (of the service
 * that the bundle has most code of). Nothing else should run meanwhile.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEPLOYMENT_FILE, type Deployment } from "../functions/kit/deployment.ts";
import { bundleFunction } from "../infra/bundling/bundle-function.ts";
import { pipelines } from "../infra/pipelines.ts";
import { PROJECT_ROOT } from "../infra/project-root.ts";
import { functionFolders } from "../test/infra/bundling/function-folders.ts";
import { readAtStart } from "../test/infra/bundling/read-at-start.ts";
import { resourcesOf } from "../test/infra/template/resources.ts";
import { synthesize } from "../test/infra/template/synthesize.ts";
import { quantile, Report } from "./support/report.ts";

const RUNS = 15;
const TARGET_MS = 150;
const TARGET_KB = 400;

/** Prints the milliseconds that the import of the file in its argument took. */
const TIMER = `
const began = performance.now();
await import(process.argv[1]);
console.log(performance.now() - began);
process.exit(0);
`;

function importMilliseconds(file: string, environment: Readonly<Record<string, string>>): number {
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", TIMER, file], {
    env: { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", ...environment },
    encoding: "utf8",
  });
  return Number(output);
}

/** Each function's variables by folder, references replaced by something of the right form. */
function environments(): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const functions = resourcesOf(synthesize().template, "AWS::Lambda::Function");
  return new Map(
    functions.map(([, { Properties }]) => {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      const values = Object.entries(Variables).map(([name, value]) => [name, textOf(name, value)]);
      const variables: Record<string, string> = Object.fromEntries(values);
      return [variables.POWERTOOLS_SERVICE_NAME ?? "", variables];
    }),
  );
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (name.endsWith("_URL")) return "https://example.com/resource";
  return name.endsWith("_ARN") ? "arn:aws:sns:us-east-1:000000000000:resource" : "resource";
}

const report = new Report();
const directory = mkdtempSync(join(tmpdir(), "longshore-cold-start-"));
// Inside the project, so that it finds node_modules.
const bareDirectory = mkdtempSync(join(PROJECT_ROOT, "node_modules", ".longshore-bench-"));
try {
  const variables = environments();
  for (const folder of functionFolders()) {
    const output = join(directory, folder);
    const { bytes, packages } = readAtStart(bundleFunction(folder, output).metafile);
    writeFileSync(
      join(output, DEPLOYMENT_FILE),
      JSON.stringify({ pipelines: [...pipelines] } satisfies Deployment),
    );
    const clients = Object.entries(packages).filter(([name]) => name.startsWith("@aws-sdk/client-"));
    const service = clients.sort(([, a], [, b]) => b - a)[0]?.[0] ?? "@aws-sdk/client-dynamodb";
    const bare = join(bareDirectory, `${folder}.mjs`);
    writeFileSync(
      bare,
      `import * as sdk from "${service}"; new (Object.values(sdk).find((e) => /Client$/.test(e.name) && e.name !== "Client"))({});\n`,
    );
    const own: number[] = [];
    const theirs: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      own.push(importMilliseconds(join(output, "index.mjs"), variables.get(folder) ?? {}));
      theirs.push(importMilliseconds(bare, {}));
    }
    const [ms, bareMs] = [quantile(own, 0.5), quantile(theirs, 0.5)];
    const peer = { name: `bare ${service.replace("@aws-sdk/", "")}`, figure: bareMs };
    report.add(`${folder}: read at cold start`, bytes / 1024, "KB", TARGET_KB, "less");
    report.add(`${folder}: import`, ms, "ms", TARGET_MS, "less");
    report.compare(`${folder}: import`, ms, "ms", peer, "less");
  }
  report.print();
} finally {
  rmSync(directory, { recursive: true, force: true });
  rmSync(bareDirectory, { recursive: true, force: true });
}
