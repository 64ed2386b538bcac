import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../local/ecs/process-engine/dockerfile.ts";

const ROOT = new URL("../../", import.meta.url);
/** Of Longshore's own programs; the log router is Fluent Bit as AWS builds it. */
const DOCKERFILES = globSync("containers/{batch,console,processor}/Dockerfile", { cwd: ROOT.pathname });

describe.each(DOCKERFILES)("%s", (file) => {
  const stages = parseDockerfile(readFileSync(new URL(file, ROOT), "utf8"));
  const last = stages.at(-1);
  const of = (keyword: string) => last?.instructions.filter((each) => each.keyword === keyword) ?? [];

  it("starts from Node.js as Docker publishes it, and installs what the lock file says", () => {
    const bases = stages.map(({ from }) => from).filter((from) => from !== "scratch");
    expect(new Set(bases)).toEqual(new Set(["public.ecr.aws/docker/library/node:24-bookworm-slim"]));
    const [dependencies] = stages;
    expect(dependencies?.instructions.map(({ text }) => text.trim())).toEqual(
      expect.arrayContaining(["package.json package-lock.json ./", "npm ci --omit=dev --ignore-scripts"]),
    );
  });

  it("runs without a shell, as a user that is not root", () => {
    expect(of("USER").map(({ text }) => text.trim())).toEqual(["node"]);
    expect(of("ENTRYPOINT")).toHaveLength(1);
    for (const command of [...of("ENTRYPOINT"), ...of("CMD")]) expect(command.json).toBe(true);
    expect(of("ENTRYPOINT")[0]?.words[0]).toBe("node");
    expect(of("RUN")).toEqual([]);
  });

  it("has /tmp as a volume, which is that user's to write to where the rest is read-only", () => {
    expect(of("VOLUME").flatMap(({ words }) => words)).toEqual(["/tmp"]);
  });
});
