import { describe, expect, it } from "vitest";
import { parseStartFlags } from "../../cli/start/flags.ts";
import { UserError } from "../../cli/user-error.ts";

describe("flags of start", () => {
  it("has the documented defaults", () => {
    expect(parseStartFlags([])).toEqual({
      files: [],
      port: 4566,
      consolePort: 8080,
      host: "127.0.0.1",
      state: ".longshore",
      assembly: undefined,
      fresh: false,
      samples: true,
      exit: false,
      json: false,
      faults: undefined,
      speed: 1,
      fargateStartSeconds: 0,
      engine: "process",
      context: {},
    });
  });

  it("takes files and flags in any order", () => {
    expect(parseStartFlags(["a.csv", "--exit", "b c.csv", "--port=0", "--no-samples"])).toMatchObject({
      files: ["a.csv", "b c.csv"],
      exit: true,
      port: 0,
      samples: false,
    });
  });

  it("takes the context of the app, as cdk does", () => {
    const { context } = parseStartFlags(["-c", "longshore:minWorkers=2", "--context", "a=b=c"]) ?? {};
    expect(context).toEqual({ "longshore:minWorkers": "2", a: "b=c" });
  });

  it.each([
    [["--prot", "1"], /--prot.*[\s\S]*--port VALUE/],
    [["--port"], /--port/],
    [["--port", "http"], /--port is "http"; a port is a whole number from 0 to 65535/],
    [["--port", "70000"], /--port is "70000"/],
    [["--exit=yes"], /--exit/],
    [["--speed", "0"], /--speed is "0"; it takes a number above 0/],
    [["--engine", "podman"], /--engine is "podman"; it takes process or docker/],
    [["--context", "minWorkers"], /--context is "minWorkers"; it takes name=value/],
    [["--assembly", "cdk.out", "-c", "longshore:minWorkers=2"], /--assembly .*--context/],
    [["--speed", "fast"], /--speed is "fast"/],
    [["--fargate-start", "3601"], /--fargate-start is "3601"; it takes a number of seconds from 0 to 3600/],
  ])("refuses %j, naming the flag", (args, message) => {
    expect(() => parseStartFlags(args)).toThrow(UserError);
    expect(() => parseStartFlags(args)).toThrow(message);
  });
});
