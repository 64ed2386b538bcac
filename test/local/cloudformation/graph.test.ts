// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub strings
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CircularDependencyError } from "../../../local/cloudformation/errors.ts";
import { dependencyOrder } from "../../../local/cloudformation/graph.ts";
import { template } from "../../../local/cloudformation/template.ts";

const order = (resources: Record<string, unknown>, conditions: Record<string, boolean> = {}, more = {}) =>
  dependencyOrder(template.parse({ Resources: resources, ...more }), (name) => conditions[name] ?? false);
const resource = (properties: unknown = {}, attributes: object = {}) => ({
  Type: "Test::Thing",
  Properties: { value: properties },
  ...attributes,
});

describe("a resource comes after what it needs", () => {
  test.each<[string, unknown]>([
    ["Ref", { Ref: "B" }],
    ["GetAtt as a list", { "Fn::GetAtt": ["B", "Arn"] }],
    ["GetAtt as a string", { "Fn::GetAtt": "B.Arn" }],
    ["Sub", { "Fn::Sub": "x ${B}" }],
    ["Sub of an attribute", { "Fn::Sub": "x ${B.Arn}" }],
    ["Sub's variables", { "Fn::Sub": ["${x}", { x: { Ref: "B" } }] }],
    ["something deep", [{ a: { "Fn::Join": ["", [{ "Fn::If": ["Yes", { Ref: "B" }, ""] }]] } }]],
  ])("by %s", (_, value) => {
    expect(order({ A: resource(value), B: resource() }, { Yes: true })).toEqual(["B", "A"]);
  });

  test.each(["B", ["B"]])("by DependsOn %o", (DependsOn) => {
    expect(order({ A: resource({}, { DependsOn }), B: resource() })).toEqual(["B", "A"]);
  });

  test("otherwise the template's order is kept", () => {
    expect(order({ C: resource(), A: resource(), B: resource() })).toEqual(["C", "A", "B"]);
  });

  test.each<[string, unknown]>([
    ["the branch that is not taken", { "Fn::If": ["No", { Ref: "B" }, ""] }],
    ["a literal of Sub", { "Fn::Sub": "${!B}" }],
    ["a variable of Sub's own", { "Fn::Sub": ["${B}", { B: "" }] }],
    ["a pseudo parameter", { Ref: "AWS::Region" }],
  ])("%s is no need", (_, value) => {
    expect(order({ A: resource(value), B: resource() })).toEqual(["A", "B"]);
  });

  test("in any graph without cycles", () => {
    // Resource i may need those before it; the template lists them shuffled.
    const graph = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.tuple(
          fc.tuple(...Array.from({ length: size }, (_, at) => fc.subarray([...Array(at).keys()]))),
          fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
        ),
      );
    fc.assert(
      fc.property(graph, ([needs, listed]) => {
        const resources = listed.map((at) => [
          `R${at}`,
          resource(needs[at]?.map((to) => ({ Ref: `R${to}` }))),
        ]);
        const result = order(Object.fromEntries(resources));
        expect(result.toSorted()).toEqual(listed.map((at) => `R${at}`).toSorted());
        for (const [at, targets] of needs.entries()) {
          for (const to of targets) expect(result.indexOf(`R${to}`)).toBeLessThan(result.indexOf(`R${at}`));
        }
      }),
    );
  });
});

describe("conditions", () => {
  test("leave out resources, and DependsOn on them means nothing", () => {
    const resources = { A: resource({}, { DependsOn: ["B"] }), B: resource({}, { Condition: "No" }) };
    expect(order(resources)).toEqual(["A"]);
    expect(order(resources, { No: true })).toEqual(["B", "A"]);
  });

  test("make references to what they leave out an error", () => {
    const resources = { A: resource({ Ref: "B" }), B: resource({}, { Condition: "No" }) };
    expect(() => order(resources)).toThrow("Resources.A: refers to B, which condition No leaves out");
  });

  test("hold for outputs too", () => {
    const B = resource({}, { Condition: "No" });
    const Outputs = { Out: { Value: { Ref: "B" } } };
    expect(() => order({ B }, {}, { Outputs })).toThrow("Outputs.Out: refers to B, which condition No");
    expect(order({ B }, {}, { Outputs: { Out: { ...Outputs.Out, Condition: "No" } } })).toEqual([]);
  });
});

test("a cycle is an error that names it, without what merely leads to it", () => {
  const cyclic = () =>
    order({ A: resource({ Ref: "B" }), B: resource({ Ref: "C" }), C: resource({}, { DependsOn: "B" }) });
  expect(cyclic).toThrow(CircularDependencyError);
  expect(cyclic).toThrow("B → C → B");
  expect(() => order({ A: resource({ Ref: "A" }) })).toThrow("A → A");
});

test("names that the template does not have are errors", () => {
  expect(() => order({ A: resource({ Ref: "Z" }) })).toThrow("Resources.A: refers to Z");
  expect(() => order({ A: resource({}, { DependsOn: "Z" }) })).toThrow("Resources.A: DependsOn names Z");
});

test("a fault in what a resource or output says has its place", () => {
  expect(() => order({ A: resource({ "Fn::Sub": "${A-B}" }) })).toThrow("Resources.A: Fn::Sub: ${A-B} is no");
  const Outputs = { Out: { Value: { "Fn::Sub": "${A-B}" } } };
  expect(() => order({}, {}, { Outputs })).toThrow("Outputs.Out: Fn::Sub: ${A-B} is no");
});
