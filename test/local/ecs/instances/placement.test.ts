import { describe, expect, test } from "vitest";
import { chooseInstance, type Host, withTask } from "../../../../local/ecs/instances/choose-instance.ts";
import { parseQuery } from "../../../../local/ecs/instances/cluster-query.ts";
import { requirementOf } from "../../../../local/ecs/instances/requirement.ts";
import type { TaskDefinition } from "../../../../local/ecs/model.ts";
import { registerTaskDefinitionSchema } from "../../../../local/ecs/schemas/task-definition.ts";

const host = (id: string, more: Partial<Host> = {}): Host => ({
  containerInstanceArn: id,
  ec2InstanceId: `i-${id}`,
  attributes: new Map([["ecs.availability-zone", "us-east-1a"]]),
  agentConnected: true,
  free: { cpu: 2048, memory: 4096 },
  ports: [],
  groups: [],
  ...more,
});
const NEED = { cpu: 512, memory: 1024, ports: [] };
const RULES = { constraints: [], strategy: [], group: "family:work" };
const chosen = (...input: Parameters<typeof chooseInstance>) => {
  const choice = chooseInstance(...input);
  return choice.host?.containerInstanceArn ?? choice;
};
const first = () => 0;

describe("the place of a task", () => {
  test.each([
    ["too little CPU", host("a", { free: { cpu: 511, memory: 4096 } }), "RESOURCE:CPU"],
    ["too little memory", host("a", { free: { cpu: 2048, memory: 1023 } }), "RESOURCE:MEMORY"],
    ["a disconnected agent", host("a", { agentConnected: false }), "AGENT"],
    ["a port that is taken", host("a", { ports: [80] }), "RESOURCE:PORTS"],
  ])("is not an instance with %s", (_, one, reason) => {
    const choice = chooseInstance([one], { ...NEED, ports: [80] }, RULES, first);
    expect(choice).toEqual({ host: undefined, failures: [{ arn: "a", reason }] });
  });

  test("is an instance that it just fits on", () => {
    expect(chosen([host("a", { free: { cpu: 512, memory: 1024 } })], NEED, RULES, first)).toBe("a");
  });

  test("each instance says why it was not it", () => {
    const hosts = [host("a", { free: { cpu: 1, memory: 4096 } }), host("b", { agentConnected: false })];
    expect(chosen(hosts, NEED, RULES, first)).toMatchObject({
      failures: [
        { arn: "a", reason: "RESOURCE:CPU" },
        { arn: "b", reason: "AGENT" },
      ],
    });
  });

  test("without instances nothing is said of any", () => {
    expect(chosen([], NEED, RULES, first)).toEqual({ host: undefined, failures: [] });
  });

  test("binpack takes the instance with the least left, in memory or in CPU", () => {
    const hosts = [
      host("empty"),
      host("little-memory", { free: { cpu: 2048, memory: 1100 } }),
      host("little-cpu", { free: { cpu: 600, memory: 4096 } }),
    ];
    const by = (field: string) => ({ ...RULES, strategy: [{ type: "binpack" as const, field }] });
    expect(chosen(hosts, NEED, by("memory"), first)).toBe("little-memory");
    expect(chosen(hosts, NEED, by("cpu"), first)).toBe("little-cpu");
  });

  test("spread counts tasks of the same group, by zone and then by instance", () => {
    const zone = (name: string) => new Map([["ecs.availability-zone", name]]);
    const hosts = [
      host("a1", { attributes: zone("a"), groups: ["family:work"] }),
      host("a2", { attributes: zone("a"), groups: [] }),
      host("b1", { attributes: zone("b"), groups: ["family:other", "family:other"] }),
      host("c1", { attributes: zone("c"), groups: ["family:work", "family:work"] }),
    ];
    const strategy = [
      { type: "spread" as const, field: "attribute:ecs.availability-zone" },
      { type: "spread" as const, field: "instanceId" },
    ];
    expect(chosen(hosts, NEED, { ...RULES, strategy }, first)).toBe("b1");
    expect(chosen(hosts.slice(0, 2), NEED, { ...RULES, strategy }, first)).toBe("a2");
  });

  test("random leaves it to chance, among those that fit", () => {
    const hosts = [host("a"), host("full", { free: { cpu: 0, memory: 0 } }), host("b")];
    const rules = { ...RULES, strategy: [{ type: "random" as const }] };
    expect([0, 0.49, 0.51, 0.99].map((random) => chosen(hosts, NEED, rules, () => random))).toEqual([
      ...["a", "a", "b", "b"],
    ]);
  });

  test("distinctInstance keeps tasks of a group apart, and only those", () => {
    const rules = { ...RULES, constraints: [{ type: "distinctInstance" as const }] };
    const hosts = [host("a", { groups: ["family:work"] }), host("b", { groups: ["family:other"] })];
    expect(chosen(hosts, NEED, rules, first)).toBe("b");
    const reason = "DistinctInstance placement constraint unsatisfied.";
    expect(chosen(hosts.slice(0, 1), NEED, rules, first)).toMatchObject({ failures: [{ arn: "a", reason }] });
  });

  test("memberOf keeps tasks to instances of which the expression is true", () => {
    const rules = {
      ...RULES,
      constraints: [{ type: "memberOf" as const, expression: "attribute:disk == fast" }],
    };
    const hosts = [host("a"), host("b", { attributes: new Map([["disk", "fast"]]) })];
    expect(chosen(hosts, NEED, rules, first)).toBe("b");
    const reason = "MemberOf placement constraint unsatisfied.";
    expect(chosen(hosts.slice(0, 1), NEED, rules, first)).toMatchObject({ failures: [{ arn: "a", reason }] });
  });

  test("a task takes its room", () => {
    const after = withTask(host("a"), { ...NEED, ports: [80] }, "family:work");
    expect(after).toMatchObject({ free: { cpu: 1536, memory: 3072 }, ports: [80], groups: ["family:work"] });
  });
});

describe("the cluster query language", () => {
  const attributes = new Map([
    ["ecs.instance-type", "m5.large"],
    ["stack", "prod"],
  ]);
  test.each([
    ["attribute:stack == prod", true],
    ["attribute:stack equals test", false],
    ["attribute:stack != test", true],
    ["attribute:none != test", true],
    ["attribute:none == test", false],
    ["attribute:ecs.instance-type =~ m5.*", true],
    ["attribute:ecs.instance-type !~ m5.*", false],
    ["attribute:stack exists", true],
    ["attribute:none exists", false],
    ["attribute:none not_exists", true],
    ["attribute:stack in [test, prod]", true],
    ["attribute:stack not_in [test, prod]", false],
    ["attribute:none not_in [test]", true],
    ["attribute:stack == prod and attribute:ecs.instance-type == c5.large", false],
    ["attribute:stack == test or attribute:ecs.instance-type == m5.large", true],
    ["not (attribute:stack == test or attribute:none exists) && attribute:stack == 'prod'", true],
    ["attribute:stack == test and attribute:stack == test or attribute:stack == prod", true],
  ])("%s: %s", (expression, expected) => {
    expect(parseQuery(expression)(attributes)).toBe(expected);
  });

  test.each([
    "",
    "attribute:a",
    "attribute:a ==",
    "attribute:a in [x",
    "(attribute:a exists",
    "a == b",
    "attribute:a exists )",
  ])("refuses %j", (expression) => {
    expect(() => parseQuery(expression)).toThrow(/Invalid expression/);
  });

  test("says that it knows no other subjects than attributes", () => {
    expect(() => parseQuery("task:group == service:a")).toThrow(/task:group is not played/);
  });
});

describe("what a task takes", () => {
  const definition = (members: object) =>
    registerTaskDefinitionSchema.parse({ family: "f", ...members }) as unknown as TaskDefinition;
  const pair = [
    { name: "a", image: "i", cpu: 256, memory: 512, portMappings: [{ containerPort: 80, hostPort: 8080 }] },
    {
      name: "b",
      image: "i",
      cpu: 128,
      memory: 1024,
      memoryReservation: 300,
      portMappings: [{ containerPort: 90 }],
    },
  ];

  test.each([
    ["the task's size", { cpu: "1 vCPU", memory: "2 GB" }, {}, { cpu: 1024, memory: 2048 }],
    [
      "the size that the run overrides",
      { cpu: "256", memory: "512" },
      { memory: "4096" },
      { cpu: 256, memory: 4096 },
    ],
    ["its containers' sum, soft limits first", {}, {}, { cpu: 384, memory: 812 }],
    [
      "its containers' sum with the run's overrides",
      {},
      {
        containerOverrides: [
          { name: "a", cpu: 512, memory: 600 },
          { name: "b", memoryReservation: 400 },
        ],
      },
      { cpu: 640, memory: 1000 },
    ],
  ])("is %s", (_, task, overrides, expected) => {
    expect(requirementOf(definition({ ...task, containerDefinitions: pair }), overrides)).toMatchObject(
      expected,
    );
  });

  test.each([
    ["bridge", [8080]],
    ["host", [8080, 90]],
    ["awsvpc", []],
  ])("in network mode %s it takes the ports %j", (networkMode, ports) => {
    expect(requirementOf(definition({ networkMode, containerDefinitions: pair }), {}).ports).toEqual(ports);
  });
});
