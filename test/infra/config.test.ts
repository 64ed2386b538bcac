import { describe, expect, it } from "vitest";
import { refuseUnprefixed } from "../../infra/config/given.ts";
import { ConfigError, parseConfig, readConfig, SETTING_NAMES } from "../../infra/config.ts";

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
    [{ oidcKeysUrl: "https://keys.example.com" }, /oidcKeysUrl: needs oidcIssuer beside it/],
    [{ oidcUploaders: "staff" }, /oidcUploaders: needs oidcRoleClaim beside it/],
    [{ wrokers: 1 }, /wrokers: unknown; settings are architecture/],
  ])("refuses %j by name", (settings, message) => {
    expect(() => parseConfig(settings)).toThrow(ConfigError);
    expect(() => parseConfig(settings)).toThrow(message);
  });
});

describe("where settings come from", () => {
  const context = (values: Record<string, unknown>) => ({ getAllContext: () => values });
  it("is context or environment", () => {
    const config = readConfig(context({ "longshore:minWorkers": 2, "aws:other": true }), {
      LONGSHORE_LOG_RETENTION_DAYS: "7",
      LONGSHORE_JOB: "somebody else's",
    });
    expect(config).toMatchObject({ minWorkers: 2, logRetentionDays: 7 });
  });
  it("is not both, with different values", () => {
    const read = () => readConfig(context({ "longshore:minWorkers": 2 }), { LONGSHORE_MIN_WORKERS: "3" });
    expect(read).toThrow(/minWorkers: context "longshore:minWorkers" says 2, .*LONGSHORE_MIN_WORKERS says 3/);
  });
  it("is context with the prefix alone: in other apps the same word may mean something else", () => {
    expect(readConfig(context({ compute: "theirs" }), {}).compute).toBe("fargate");
    expect(() => refuseUnprefixed(SETTING_NAMES, { compute: "ec2" })).toThrow(
      /compute: without its prefix it has no effect; in CDK context it is longshore:compute/,
    );
  });
});
