// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub strings
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createClock } from "../../../local/clock.ts";
import { playAssembly } from "../../../local/cloudformation/assembly-player.ts";
import {
  PropertyError,
  ResourceFailedError,
  StackFailedError,
} from "../../../local/cloudformation/errors.ts";
import { type PlayStackOptions, playStack } from "../../../local/cloudformation/player.ts";
import type { ResourcePlayer, ResourceToPlay } from "../../../local/cloudformation/resource-player.ts";
import { openStackStore } from "../../../local/cloudformation/stack-store.ts";
import { template } from "../../../local/cloudformation/template.ts";
import { emptyAssembly, realm } from "./fixtures.ts";

/** A service of named boxes, kept as a map, and a player for it: what the players of real services do. */
function boxes() {
  const things = new Map<string, unknown>();
  const log: string[] = [];
  const schema = z.strictObject({ Name: z.string().optional(), Content: z.unknown().optional() });
  const player: ResourcePlayer = {
    async play(resource: ResourceToPlay) {
      const { Name, Content } = schema.parse(resource.properties);
      if (Content === "broken") throw new PropertyError("Content", "cannot be broken");
      const ref = Name ?? resource.physicalName();
      things.set(ref, Content);
      log.push(`play ${resource.logicalId}`);
      return { ref, attributes: { Arn: `arn:${ref}`, Content } };
    },
    async remove(resource) {
      if (resource.properties.Content === "full") throw new Error("the box is not empty");
      things.delete(resource.ref);
      log.push(`remove ${resource.logicalId}`);
    },
  };
  return { things, log, player };
}

let service: ReturnType<typeof boxes>;
let database: DatabaseSync;
beforeEach(() => {
  service = boxes();
  database = new DatabaseSync(":memory:");
});

const box = (Properties: object = {}, attributes: object = {}) => ({
  Type: "Box",
  Properties,
  ...attributes,
});

function options(parts: Record<string, unknown>, stackName = "Demo"): PlayStackOptions {
  return {
    stackName,
    template: template.parse(parts),
    templateBody: JSON.stringify(parts),
    realm,
    assembly: emptyAssembly,
    // Opened again each time, as after a restart.
    store: openStackStore(database),
    clock: createClock(),
    players: { Box: service.player },
    ignored: { Wall: "boxes need no walls here" },
    ssmParameter: () => undefined,
  };
}
const play = (resources: Record<string, unknown>, more: object = {}) =>
  playStack(options({ Resources: resources, ...more }));

describe("playing a stack", () => {
  test("plays dependencies first and hands on what they gave", async () => {
    const played = await play(
      { A: box({ Content: { "Fn::Sub": "${B} ${B.Arn}" } }), B: box({ Name: "b" }) },
      {
        Outputs: {
          Out: { Value: { "Fn::GetAtt": "A.Content" }, Description: "what", Export: { Name: "x" } },
        },
      },
    );
    expect(service.log).toEqual(["play B", "play A"]);
    expect(played.outputs).toEqual([{ key: "Out", value: "b arn:b", description: "what", exportName: "x" }]);
    expect(played.resources.map(({ logicalId }) => logicalId)).toEqual(["B", "A"]);
  });

  test("gives a resource without a name the same one at every start, whatever joins the template", async () => {
    await play({ A: box() });
    const names = [...service.things.keys()];
    await play({ Other: box(), A: box({ Content: { Ref: "Other" } }) });
    expect(names[0]).toMatch(/^Demo-A-[0-9A-Z]{13}$/);
    expect([...service.things.keys()]).toEqual([...names, expect.stringMatching(/^Demo-Other-/)]);
  });

  test("leaves out what a condition leaves out", async () => {
    await play(
      { A: box({}, { Condition: "Never" }), B: box({ Name: "b" }) },
      { Conditions: { Never: { "Fn::Equals": [1, 2] } } },
    );
    expect([...service.things.keys()]).toEqual(["b"]);
  });

  test("resolves dynamic references for the player, and keeps them out of the database", async () => {
    const given = { Resources: { A: box({ Content: "{{resolve:ssm:/secret}}" }) } };
    await playStack({ ...options(given), dynamicReference: () => "hunter2" });
    expect([...service.things.values()]).toEqual(["hunter2"]);
    expect(openStackStore(database).resources("Demo")[0]?.properties).toEqual({
      Content: "{{resolve:ssm:/secret}}",
    });
  });

  test("leaves dynamic references as they are unless told how to resolve them", async () => {
    await play({ A: box({ Content: "{{resolve:ssm:/secret}}" }) });
    expect([...service.things.values()]).toEqual(["{{resolve:ssm:/secret}}"]);
  });
});

describe("types that nothing plays", () => {
  test("are listed with who needed them, and give a placeholder that shows", async () => {
    const played = await play({
      Door: { Type: "Door" },
      Gate: { Type: "Gate", Properties: { Of: { Ref: "Door" } } },
      A: box({ Content: [{ "Fn::GetAtt": ["Door", "Key"] }, { Ref: "Door" }] }),
    });
    expect([...service.things.values()]).toEqual([["not-played:Door.Key", "not-played:Door"]]);
    expect(played.notPlayed).toEqual([
      { type: "Door", logicalIds: ["Door"], neededBy: ["A"] },
      { type: "Gate", logicalIds: ["Gate"], neededBy: [] },
    ]);
  });

  test("are apart from those ignored for a reason", async () => {
    const played = await play({ W: { Type: "Wall" }, A: box({ Content: { Ref: "W" } }) });
    expect(played.notPlayed).toEqual([]);
    expect(played.ignored).toEqual([{ type: "Wall", reason: "boxes need no walls here", logicalIds: ["W"] }]);
  });
});

describe("a failure names the resource", () => {
  const Metadata = { "aws:cdk:path": "Demo/Yard/A" };
  const failure = (properties: object) =>
    play({ A: box(properties, { Metadata }) }).then(
      () => undefined,
      (error: unknown) => error,
    );

  test.each<[string, object, string, string]>([
    ["what a service refused", { Content: "broken" }, "Content", "cannot be broken"],
    ["a property of a wrong type", { Name: 5 }, "Name", "expected string"],
    ["a property that is not played", { Colour: "red" }, "Colour", "Unrecognized key"],
    ["a function", { Content: { a: { "Fn::Select": [3, []] } } }, "Content.a", "nonexistent value"],
  ])("and the property: %s", async (_, properties, property, reason) => {
    const error = await failure(properties);
    expect(error).toBeInstanceOf(ResourceFailedError);
    expect(error).toMatchObject({ logicalId: "A", type: "Box", constructPath: "Demo/Yard/A", property });
    expect(String(error)).toContain(`Box A (Demo/Yard/A) of stack Demo, property ${property}`);
    expect(String(error)).toContain(reason);
  });

  test("a missing attribute names those that there are", async () => {
    const failing = play({ A: box({ Content: { "Fn::GetAtt": ["B", "Size"] } }), B: box() });
    await expect(failing).rejects.toThrow("Box B has no attribute Size; it has Arn, Content");
  });

  test("the stack says that it failed and why; mended, it plays on", async () => {
    await play({ A: box({ Name: "a" }) });
    await expect(play({ A: box({ Name: "a" }), B: box({ Content: "broken" }) })).rejects.toThrow();
    const store = openStackStore(database);
    expect(store.stack("Demo")).toMatchObject({
      status: "UPDATE_FAILED",
      statusReason: expect.stringContaining("cannot be broken"),
    });
    expect(service.things.has("a")).toBe(true);
    await play({ A: box({ Name: "a" }), B: box() });
    expect(store.stack("Demo")?.statusReason).toBeUndefined();
  });

  test("a condition that the template does not have is named with the resource", async () => {
    const failing = play({ A: box({}, { Condition: "Nope" }) });
    await expect(failing).rejects.toThrow("Stack Demo: Resources.A: the template has no condition Nope");
  });

  test("a template that cannot be ordered touches nothing", async () => {
    const failing = play({ A: box({ Content: { Ref: "B" } }), B: box({ Content: { Ref: "A" } }), C: box() });
    await expect(failing).rejects.toThrow(StackFailedError);
    await expect(failing).rejects.toThrow("Stack Demo: Circular dependency between resources: A → B → A");
    expect(service.log).toEqual([]);
  });
});

describe("what the template no longer has", () => {
  test("is removed, last played first", async () => {
    await play({ A: box({ Content: { Ref: "B" } }), B: box(), C: box({ Name: "c" }) });
    service.log.length = 0;
    const played = await play({ C: box({ Name: "c" }) });
    expect(service.log).toEqual(["play C", "remove A", "remove B"]);
    expect(played.removed).toMatchObject([
      { logicalId: "A", type: "Box", outcome: "removed" },
      { logicalId: "B", type: "Box", outcome: "removed" },
    ]);
    expect([...service.things.keys()]).toEqual(["c"]);
    expect((await play({ C: box({ Name: "c" }) })).removed).toEqual([]);
  });

  test.each(["Retain", "RetainExceptOnCreate", "Snapshot"])("stays under the policy %s", async (policy) => {
    await play({ A: box({ Name: "a" }, { DeletionPolicy: policy }), B: box() });
    const played = await play({ B: box() });
    expect(played.removed).toMatchObject([{ logicalId: "A", outcome: "retained" }]);
    expect(service.things.has("a")).toBe(true);
  });

  test("stays when it merely has another logical id now", async () => {
    await play({ Old: box({ Name: "a" }) });
    await play({ New: box({ Name: "a" }) });
    expect([...service.things.keys()]).toEqual(["a"]);
    expect(service.log).not.toContain("remove Old");
  });

  test("is tried again when its removal failed, and that is told", async () => {
    await play({ A: box({ Name: "a", Content: "full" }), B: box() });
    const outcome = { logicalId: "A", outcome: "failed", reason: "the box is not empty" };
    expect((await play({ B: box() })).removed).toMatchObject([outcome]);
    expect((await play({ B: box() })).removed).toMatchObject([outcome]);
  });

  test("includes the old one of a resource that was replaced", async () => {
    await play({ A: box({ Name: "old" }) });
    await play({ A: box({ Name: "new" }) });
    expect([...service.things.keys()]).toEqual(["new"]);
  });

  test("keeps the old one of a replacement under UpdateReplacePolicy Retain", async () => {
    await play({ A: box({ Name: "old" }, { UpdateReplacePolicy: "Retain" }) });
    await play({ A: box({ Name: "new" }, { UpdateReplacePolicy: "Retain" }) });
    expect([...service.things.keys()]).toEqual(["old", "new"]);
  });

  test("is still removed when the play between was cut short", async () => {
    await play({ A: box({ Name: "a" }), B: box({ Name: "b" }) });
    await expect(play({ B: box({ Name: "b2" }), C: box({ Content: "broken" }) })).rejects.toThrow();
    await play({ B: box({ Name: "b2" }) });
    expect([...service.things.keys()]).toEqual(["b2"]);
  });
});

describe("an assembly", () => {
  const stack = (stackName: string, parts: Record<string, unknown>) => ({
    stackName,
    template: template.parse(parts),
    templateBody: JSON.stringify(parts),
    artifactId: stackName,
    templateFile: "",
    environment: {},
    parameters: {},
    tags: {},
    terminationProtection: false,
    dependencies: [],
  });
  const playStacks = (...stacks: ReturnType<typeof stack>[]) =>
    playAssembly({ ...options({}), assembly: { ...emptyAssembly, stacks } });

  const producer = stack("Net", {
    Resources: { B: box({ Name: "shared" }) },
    Outputs: { Id: { Value: { Ref: "B" }, Export: { Name: "net-id" } } },
  });

  test("hands exports and outputs from one stack to the next", async () => {
    const consumer = stack("App", {
      Resources: {
        A: box({
          Content: [
            { "Fn::ImportValue": "net-id" },
            { "Fn::GetStackOutput": { StackName: "Net", OutputName: "Id" } },
          ],
        }),
      },
    });
    await playStacks(producer, consumer);
    expect([...service.things.values()]).toEqual([undefined, ["shared", "shared"]]);
  });

  test("refuses an export that nobody made, or that two make", async () => {
    const importing = stack("App", { Resources: { A: box({ Content: { "Fn::ImportValue": "net" } }) } });
    await expect(playStacks(producer, importing)).rejects.toThrow("property Content: no stack exports net");
    const second = stack("Two", { Outputs: { O: { Value: "x", Export: { Name: "net-id" } } } });
    await expect(playStacks(producer, second)).rejects.toThrow("the export net-id is taken by stack Net");
  });

  test("removes the stacks that it no longer has", async () => {
    await playStacks(producer, stack("App", { Resources: { A: box({ Name: "a" }) } }));
    const played = await playStacks(producer);
    expect(played.removed).toMatchObject([
      { stackName: "App", resources: [{ logicalId: "A", outcome: "removed" }] },
    ]);
    expect([...service.things.keys()]).toEqual(["shared"]);
    expect(
      openStackStore(database)
        .stacks()
        .map(({ stackName }) => stackName),
    ).toEqual(["Net"]);
  });
});
