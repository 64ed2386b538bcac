import { describe, expect, it } from "vitest";
import { CONNECTION_FLAGS, parseFlags } from "../../../cli/operator/flags.ts";
import { decidePlace, LOCAL_ENDPOINT } from "../../../cli/operator/place.ts";

function given(...args: string[]) {
  const parsed = parseFlags(args, "longshore test", {});
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed;
}
const decide = (args: string[], environment: Record<string, string>, isUp: boolean) =>
  decidePlace(given(...args), environment, async () => isUp);

describe("what a command talks to", () => {
  it.each<[string, string[], Record<string, string>, boolean, string]>([
    ["--endpoint", ["--endpoint", "http://127.0.0.1:9"], { AWS_PROFILE: "p" }, true, "http://127.0.0.1:9"],
    ["--local", ["--local"], { AWS_ENDPOINT_URL: "http://other:1" }, false, LOCAL_ENDPOINT],
    ["--aws", ["--aws"], { AWS_ENDPOINT_URL: "http://other:1" }, true, "aws"],
    ["AWS_ENDPOINT_URL", [], { AWS_ENDPOINT_URL: "http://other:1" }, true, "http://other:1"],
    ["a run on this machine, and nothing else", [], {}, true, LOCAL_ENDPOINT],
    ["AWS where nothing runs here", [], {}, false, "aws"],
    ["AWS where nothing runs here, with a profile", [], { AWS_PROFILE: "p" }, false, "aws"],
  ])("is told by %s", async (_, args, environment, isUp, expected) => {
    const place = await decide(args, environment, isUp);
    expect(place.kind === "aws" ? "aws" : place.endpoint).toBe(expected);
  });

  it("is never guessed where both may be meant", async () => {
    await expect(decide([], { AWS_PROFILE: "work" }, true)).rejects.toThrow(
      /runs on this machine .*AWS_PROFILE points to AWS; say which: --local or --aws/,
    );
  });

  it.each([
    [["--local", "--aws"], /--local and --aws say different things/],
    [["--endpoint", "4566"], /--endpoint is "4566"; it takes a URL/],
  ])("is refused for %j", async (args, message) => {
    await expect(decide(args, {}, false)).rejects.toThrow(message);
  });
});

it("an unknown flag is an error that lists the known ones", () => {
  expect(() => given("--nope")).toThrow(/--nope/);
  for (const name of Object.keys(CONNECTION_FLAGS)) expect(() => given("--nope")).toThrow(`--${name}`);
});
