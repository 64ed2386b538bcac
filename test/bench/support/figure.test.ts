import { describe, expect, it } from "vitest";
import { againstPeer, againstTarget, figure } from "../../../bench/support/figure.ts";
import { performancePage } from "../../../bench/support/performance-page.ts";

const peer = { name: "the usual", figure: 100 };

describe("a figure against its peer", () => {
  it.each([
    ["less", 20, 5],
    ["more", 500, 5],
    ["less", 200, 0.5],
    ["more", 50, 0.5],
  ] as const)("counts as better above 1, where %s is better and it is %d to 100", (better, value, ratio) => {
    expect(againstPeer("speed", value, "s", peer, better).ratio).toBe(ratio);
  });

  it("meets its target from the ratio on", () => {
    expect(againstPeer("speed", 20, "s", peer, "less", 5)).toMatchObject({ target: "≥ 5 ×", met: true });
    expect(againstPeer("speed", 21, "s", peer, "less", 5).met).toBe(false);
  });
});

it("a figure with a target of its own meets it up to the target itself", () => {
  expect(againstTarget("memory", 400, "MiB", 400, "less").met).toBe(true);
  expect(againstTarget("memory", 401, "MiB", 400, "less").met).toBe(false);
  expect(againstTarget("throughput", 59, "objects/s", 60, "more").met).toBe(false);
});

describe("docs/performance.md", () => {
  const page = performancePage(
    [
      {
        file: "bench/one.ts",
        purpose: "How fast one is.",
        seconds: 3,
        figures: [
          figure.parse(JSON.parse(JSON.stringify(againstPeer("start", 2, "s", peer, "less", 10)))),
          againstTarget("memory", 500, "MiB", 400, "less"),
          {
            name: "import",
            figure: 3,
            unit: "s",
            peer: { name: "another", notRun: "not installed" },
          },
        ],
      },
      {
        file: "bench/two.ts",
        purpose: "How fast two is.",
        seconds: 360,
        figures: [],
        failure: "ended with 1",
      },
    ],
    new Date("2026-11-23T08:00:00Z"),
  );

  it("has figure, peer, ratio and target side by side", () => {
    expect(page).toContain("| start | 2.00 s | the usual: 100 s | 50.0 × | ≥ 10 × | met |");
    expect(page).toContain("| memory | 500 MiB |  |  | ≤ 400 MiB | MISSED |");
    expect(page).toContain("1 of 2 targets are met.");
  });

  it("names peers that were not run, and benches that did not come to their end", () => {
    expect(page).toContain("| import | 3.00 s | another: not run, not installed |");
    expect(page).toContain("Not run: another (not installed).");
    expect(page).toContain("It did not come to its end: ended with 1.");
  });

  it("says when and on what", () => {
    expect(page).toMatch(/- 2026-11-23, \d+ × .+, \d+ GiB/);
    expect(page).toContain(`Node.js ${process.version}`);
  });
});
