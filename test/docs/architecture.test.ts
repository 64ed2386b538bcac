import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { JOB_TRANSITIONS, jobStatus } from "../../events/jobs/job.ts";

const page = readFileSync(new URL("../../docs/architecture.md", import.meta.url), "utf8");

describe("docs/architecture.md", () => {
  it("draws the moves between a job's states as the code allows them", () => {
    const [, diagram = ""] = /stateDiagram-v2\n([^`]*)```/.exec(page) ?? [];
    const arrows = [...diagram.matchAll(/^ {2}(\w+) --> (\w+)(?::|$)/gm)].map(
      ([, from, to]) => `${from} ${to}`,
    );
    const allowed = jobStatus.options.flatMap((from) => JOB_TRANSITIONS[from].map((to) => `${from} ${to}`));
    expect(arrows.toSorted()).toEqual(allowed.toSorted());
  });

  it("names files that are there", () => {
    const named = [...page.matchAll(/`((?:infra|functions|events|containers|local)\/[\w./-]+)`/g)];
    const missing = named
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
    expect(missing).toEqual([]);
  });
});
