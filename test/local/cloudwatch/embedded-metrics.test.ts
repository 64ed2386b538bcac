import { describe, expect, it } from "vitest";
import { embeddedMetrics } from "../../../local/cloudwatch/embedded-metrics.ts";

const line = (overrides: Record<string, unknown> = {}) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: "Longshore",
          Dimensions: [["service"], ["service", "pipeline"]],
          Metrics: [
            { Name: "JobsLaunched", Unit: "Count" },
            { Name: "Latency", Unit: "Milliseconds", StorageResolution: 1 },
          ],
        },
      ],
    },
    service: "launch-upload",
    pipeline: "tables",
    JobsLaunched: 2,
    Latency: [10, 30],
    ...overrides,
  });

describe("the embedded metric format", () => {
  it("gives each metric once for every set of dimensions", () => {
    const found = embeddedMetrics(line());
    expect(
      found.map(({ metric, unit, aggregate, resolution }) => [
        metric.MetricName,
        metric.Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join(),
        unit,
        aggregate.sum,
        aggregate.count,
        resolution,
      ]),
    ).toEqual([
      ["JobsLaunched", "service=launch-upload", "Count", 2, 1, 60],
      ["JobsLaunched", "service=launch-upload,pipeline=tables", "Count", 2, 1, 60],
      ["Latency", "service=launch-upload", "Milliseconds", 40, 2, 1],
      ["Latency", "service=launch-upload,pipeline=tables", "Milliseconds", 40, 2, 1],
    ]);
    expect(found[0]?.metric.Namespace).toBe("Longshore");
    expect(found[0]?.timestamp).toBe(1_700_000_000_000);
  });

  it.each([
    ["plain text", "REPORT RequestId: 1 Duration: 3 ms"],
    ["other JSON", '{"level":"INFO","message":"hello"}'],
    ["text that names _aws", 'looking for "_aws" in vain'],
    ["JSON whose _aws is something else", '{"_aws":{"Timestamp":1}}'],
  ])("finds nothing in %s", (_what, text) => {
    expect(embeddedMetrics(text)).toEqual([]);
  });

  it.each([
    ["a value that is no number", { JobsLaunched: "two" }, "JobsLaunched is no number"],
    ["a dimension that is not there", { pipeline: undefined }, "Dimension pipeline is no text"],
    ["more than a hundred values", { Latency: Array(101).fill(1) }, "Latency is no number"],
  ])("says what is wrong with %s", (_what, overrides, message) => {
    expect(() => embeddedMetrics(line(overrides))).toThrow(message);
  });
});
