import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { parseScenario, type ScenarioInput } from "../../../local/faults/scenario.ts";
import { type Runtime, type RuntimeOptions, startRuntime } from "../../../local/runtime.ts";

/** A runtime that plays a template of a few resources; stopped when the test ends. */
export async function startSmallRuntime(
  resources: Record<string, unknown>,
  scenario?: ScenarioInput,
  options: Partial<Pick<RuntimeOptions, "speed" | "host" | "log">> = {},
): Promise<Runtime> {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  const stack = {
    type: "aws:cloudformation:stack",
    environment: "aws://unknown-account/unknown-region",
    properties: { templateFile: "Small.template.json" },
  };
  writeFileSync(
    join(folder, "manifest.json"),
    JSON.stringify({ version: "48.0.0", artifacts: { Small: stack } }),
  );
  const outputs = Object.fromEntries(Object.keys(resources).map((id) => [id, { Value: { Ref: id } }]));
  writeFileSync(
    join(folder, "Small.template.json"),
    JSON.stringify({ Resources: resources, Outputs: outputs }),
  );
  const runtime = await startRuntime({
    assembly: folder,
    state: join(folder, "state"),
    port: 0,
    consolePort: 0,
    log: () => {},
    ...options,
    ...(scenario && { faults: parseScenario(scenario, "the test") }),
  });
  onTestFinished(async () => {
    await runtime.stop();
    rmSync(folder, { recursive: true });
  });
  return runtime;
}

/** Settings of any SDK client; one attempt, so that each fault is seen. */
export function connection({ endpoint, region }: Runtime) {
  const credentials = { accessKeyId: "admin", secretAccessKey: "admin" };
  return { endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true };
}
