import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig } from "../../infra/config.ts";

describe("configuration", () => {
  it("has a default for every setting", () => {
    expect(parseConfig({})).toMatchObject({ architecture: "x86_64", minWorkers: 1, removalPolicy: "retain" });
  });
  it("reads numbers from text, as the command line gives them", () => {
    expect(parseConfig({ minWorkers: "3", logRetentionDays: "7" })).toMatchObject({
      minWorkers: 3,
      logRetentionDays: 7,
    });
  });
  it.each([
    [{ minWorkers: "many" }, /minWorkers/],
    [{ workingHours: "8 to 18" }, /workingHours: .*8-18:4:Europe/],
    [{ logRetentionDays: "8" }, /logRetentionDays/],
    [{ wrokers: 1 }, /wrokers: unknown; settings are architecture/],
  ])("refuses %j by name", (settings, message) => {
    expect(() => parseConfig(settings)).toThrow(ConfigError);
    expect(() => parseConfig(settings)).toThrow(message);
  });
});
