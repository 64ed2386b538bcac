import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parameterPlayer } from "../../../local/players/ssm.ts";
import { createSsm, type Ssm } from "../../../local/ssm/create-ssm.ts";
import { resourceToPlay } from "../logs/resource-to-play.ts";
import { type RunningService, startJsonService } from "../secretsmanager/start-json-service.ts";

let running: RunningService<Ssm>;
beforeEach(async () => {
  running = await startJsonService("AmazonSSM", createSsm);
});
afterEach(() => running.stop());

const resource = (properties: object) => resourceToPlay("AWS::SSM::Parameter", properties);

describe("a template's parameter", () => {
  it("is made with its details, and removed", async () => {
    const player = parameterPlayer(running.local);
    const played = resource({
      Name: "/app/mode",
      Type: "String",
      Value: "fast",
      Description: "how",
      AllowedPattern: "fast|slow",
      Tags: { team: "data" },
    });
    const values = await player.play(played);
    expect(values).toEqual({ ref: "/app/mode", attributes: { Type: "String", Value: "fast" } });
    const byTag = { ParameterFilters: [{ Key: "tag:team", Values: ["data"] }] };
    const { body } = await running.call("DescribeParameters", byTag);
    expect(body.Parameters).toEqual([
      expect.objectContaining({ Name: "/app/mode", Description: "how", AllowedPattern: "fast|slow" }),
    ]);
    await player.remove({ ...played, ...values });
    expect(running.local.get("/app/mode")).toBeUndefined();
  });

  it.each([
    ["a policy", { Type: "String", Value: "x", Policies: "[]" }, "NotImplemented"],
    ["a SecureString", { Type: "SecureString", Value: "x" }, "ZodError"],
  ])("is refused with %s", async (_what, properties, name) => {
    await expect(parameterPlayer(running.local).play(resource(properties))).rejects.toMatchObject({ name });
  });
});
