import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { bundleFunction } from "../../../infra/bundling/bundle-function.ts";
import { functionFolders } from "./function-folders.ts";
import { readAtStart } from "./read-at-start.ts";

const KB = 1024;
const directory = mkdtempSync(join(tmpdir(), "longshore-bundles-"));

/** Bundles a function into a folder of its own. */
function bundled(folder: string, name = folder) {
  const output = join(directory, name);
  const { metafile } = bundleFunction(folder, output);
  return { output, start: readAtStart(metafile) };
}

function filesIn(output: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(output).map((file) => [file, readFileSync(join(output, file), "utf8")]),
  );
}

describe.each(functionFolders())("the bundle of functions/%s", (folder) => {
  const { output, start } = bundled(folder);

  afterAll(() => {
    rmSync(output, { recursive: true, force: true });
  });

  it("has a cold start read no more than 400 KB", () => {
    const largest = Object.entries(start.packages)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 8);
    // Over it? Load what few invocations need by `whenNeeded` of functions/kit.
    expect(start.bytes, JSON.stringify(largest)).toBeLessThanOrEqual(400 * KB);
  });

  it("leaves out zod's translations, which `import { z }` would bring along; `import * as z` does not", () => {
    const locales = start.sources.filter((source) => source.includes("zod/v4/locales/"));
    expect(locales.filter((source) => !source.endsWith("/en.js"))).toEqual([]);
  });

  it("takes credentials from its environment alone", () => {
    const providers = Object.keys(start.packages).filter((name) =>
      name.startsWith("@aws-sdk/credential-provider-"),
    );
    expect(providers).toEqual([]);
    expect(start.packages["@aws-sdk/nested-clients"]).toBeUndefined();
  });

  it("is the same bytes each time", () => {
    const again = bundled(folder, `${folder}-again`);
    expect(filesIn(again.output)).toEqual(filesIn(output));
  });

  it("can be loaded from anywhere, and asks for its settings", async () => {
    const load = `import(${JSON.stringify(join(output, "index.mjs"))}).catch((e) => console.log(e.name))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", load], {
      cwd: tmpdir(),
      env: { AWS_REGION: "us-east-1" },
    });
    expect(stdout.trim()).toBe("EnvironmentError");
  });
});
