import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ofType, resourcesOf } from "../infra/support/resources.ts";

const page = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8");
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section]),
);

/** Alarms of the app in its largest form, by logical id, with the entries that their descriptions end with. */
const alarms = [{}, { minWorkers: 0 }]
  .flatMap((settings) => ofType(resourcesOf(settings), "AWS::CloudWatch::Alarm"))
  .map(([id, { Properties }]) => ({
    id,
    // Alarms of target tracking and of capacity providers are AWS's own and are in no template.
    entry: /docs\/runbook\.md#([\w-]+)$/.exec(Properties.AlarmDescription ?? "")?.[1],
  }));

describe("docs/runbook.md", () => {
  it("is what every alarm's description leads to", () => {
    expect(alarms.length).toBeGreaterThan(10);
    expect(alarms.filter(({ entry }) => entry === undefined || !sections.has(entry))).toEqual([]);
  });

  it("has no entry that no alarm leads to", () => {
    const used = new Set(alarms.map(({ entry }) => entry));
    expect([...sections.keys()].filter((entry) => !used.has(entry))).toEqual([]);
  });

  it("says of each what it means, how to look and how to mend", () => {
    for (const [entry, text] of sections) {
      for (const heading of ["What it means.", "How to look.", "How to mend."]) {
        expect(text, `${entry}: ${heading}`).toContain(`**${heading}**`);
      }
    }
  });
});
