import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { synthesize } from "../../cli/start/synthesize.ts";
import { buildPackage } from "../../infra/packaging/build-package.ts";
import { adminClients, finishedJob } from "./support/clients.ts";
import { LongshoreProcess, ownFlags, PROJECT_ROOT, temporaryState } from "./support/longshore-process.ts";

/** On a busy machine compilers take their time. */
const PATIENCE_MS = 300_000;

const versions = z.record(z.string(), z.string());
const manifest = z.object({ dependencies: versions, peerDependencies: versions });

/** A team's own folder, with what `npm install longshore-0.1.0.tgz` and the app's own installs put into it. */
const home = temporaryState();
const app = join(home.path, "app");
const installed = join(app, "node_modules", "longshore");
let longshore: LongshoreProcess | undefined;

beforeAll(() => {
  const built = join(home.path, "built");
  buildPackage(built);
  execFileSync("npm", ["pack", built, "--silent"], { cwd: home.path, stdio: "pipe" });
  const [tarball = expect.fail("no tarball")] = readdirSync(home.path).filter((name) =>
    name.endsWith(".tgz"),
  );
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(home.path, tarball), "-C", installed, "--strip-components=1"]);
  // What the package says that it needs, and nothing else.
  const { dependencies, peerDependencies } = manifest.parse(
    JSON.parse(readFileSync(join(installed, "package.json"), "utf8")),
  );
  for (const name of [...Object.keys(dependencies), ...Object.keys(peerDependencies), "@types/node"]) {
    mkdirSync(dirname(join(app, "node_modules", name)), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, "node_modules", name), join(app, "node_modules", name));
  }
  const example = join(PROJECT_ROOT, "examples", "own-app");
  cpSync(join(example, "word-count"), join(app, "word-count"), { recursive: true });
  cpSync(join(example, "cdk.json"), join(app, "cdk.json"));
  for (const file of ["app.ts", "letters-stack.ts", "word-count.ts"]) {
    const text = readFileSync(join(example, file), "utf8");
    writeFileSync(join(app, file), text.replace("../../infra/index.ts", "longshore/infra"));
  }
  writeFileSync(join(app, "package.json"), JSON.stringify({ type: "module" }));
}, PATIENCE_MS);

afterAll(async () => {
  await longshore?.stop("SIGKILL");
  home.remove();
});

describe("the package, installed in a folder of somebody else's", { timeout: PATIENCE_MS }, () => {
  it("has types that a strict compiler takes, libraries checked", () => {
    const compilerOptions = {
      ...{ target: "es2024", module: "nodenext", strict: true, noEmit: true },
      ...{ allowImportingTsExtensions: true, types: ["node"] },
    };
    writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const mistake = [
      'import { parseConfig } from "longshore/infra";',
      "// @ts-expect-error: it does find the types.",
      "export const count: number = parseConfig({}).maxWorkers.toFixed();",
    ];
    writeFileSync(join(app, "mistake.ts"), mistake.join("\n"));
    const compiler = join(PROJECT_ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stdout, status } = spawnSync(process.execPath, [compiler, "-p", app], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  it("synthesizes an app, whose template is played with its own container and Longshore's", async () => {
    const { directory } = await synthesize(app);
    longshore = new LongshoreProcess(
      [...ownFlags(home.path), "--assembly", directory],
      join(installed, "cli", "longshore.js"),
    );
    const { endpoint, outputs, notPlayed } = await longshore.ready();
    expect(notPlayed).toEqual([]);
    const clients = adminClients(endpoint);
    const put = (Key: string, Body: string) =>
      clients.s3.send(new PutObjectCommand({ Bucket: outputs.UploadsBucket, Key, Body }));
    await put("letters/to-ada.letter", "three little words\n");
    await put("cities.csv", "city,people\nOslo,709037\n");
    const finished = (key: string) => finishedJob(clients, outputs.JobsTableName ?? "", key);
    expect(await finished("letters/to-ada.letter")).toMatchObject({
      status: "succeeded",
      facts: { words: 3 },
    });
    expect(await finished("cities.csv")).toMatchObject({ status: "succeeded", facts: { rows: 1 } });
    const { code } = await longshore.stop("SIGINT");
    expect(code, longshore.output).toBe(0);
  });
});
