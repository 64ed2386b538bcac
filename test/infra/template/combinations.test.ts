import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { readSupport } from "../../../local/support/read-support.ts";
import { checkAccess } from "./checks/access.ts";
import { checkCapacity } from "./checks/capacity.ts";
import { checkConsole } from "./checks/console.ts";
import { checkContainers } from "./checks/containers.ts";
import { checkData } from "./checks/data.ts";
import { checkLogs } from "./checks/logs.ts";
import { checkNetwork } from "./checks/network.ts";
import { checkQuotas } from "./checks/quotas.ts";
import { COMBINATIONS, IMPOSSIBLE, refusal } from "./combinations.ts";
import { withApp } from "./synthesize.ts";

const { resourceTypes, ignoredTypes } = await readSupport();
const known = new Set([...resourceTypes, ...Object.keys(ignoredTypes)]);

describe("every two choices that go together", () => {
  it.each(COMBINATIONS)("deploy: $name", ({ settings, config }) => {
    withApp({ settings, assets: false }, ({ app, stack }) => {
      const assembly = app.synth();
      const { messages } = assembly.getStackByName("Longshore");
      expect(messages, "warnings").toEqual([]);
      expect(assembly.manifest.missing ?? [], "look-ups").toEqual([]);
      const template = Template.fromJSON(assembly.getStackByName("Longshore").template);
      checkQuotas(template);
      checkNetwork(template, config);
      checkConsole(template, config);
      checkContainers(template, config);
      checkLogs(template, config);
      checkData(template, config);
      checkAccess(template);
      checkCapacity(template, config);
      const findings = new AwsSolutionsChecks(app)
        .validateScope(app)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(
            ({ constructPath = "" }) => `${ruleName} ${constructPath.replace(`${stack.node.path}/`, "")}`,
          ),
        );
      expect(findings, "cdk-nag").toEqual([]);
      const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>);
      expect(new Set(types.map(({ Type }) => Type)).difference(known), "unknown to the local run").toEqual(
        new Set(),
      );
    });
  });
});

describe("choices that do not go together", () => {
  it("are refused with the names of both settings", () => {
    const told = IMPOSSIBLE.map((pair) => [
      Object.values(pair)
        .map((choice) => choice?.name)
        .join(" + "),
      refusal(pair)
        ?.split("\n")
        .slice(1)
        .map((line) => line.trim()),
    ]);
    expect(Object.fromEntries(told)).toMatchInlineSnapshot(`
      {
        "EC2 + workers on Spot": [
          "workerSpotPercent: is 60, and compute ec2 has the workers on instances, not on Fargate",
        ],
        "endpoints + public ALB with sign-in": [
          "loadBalancerScheme: is internet-facing, and network endpoints has no way to the internet",
        ],
        "existing endpoints + public ALB with sign-in": [
          "loadBalancerScheme: is internet-facing, and network endpoints has no way to the internet",
        ],
        "existing public + EC2": [
          "compute: is ec2, and network public of an existing vpcId has no way out for tasks on instances, which get no public addresses; network nat or endpoints has one",
        ],
        "existing public + mixed": [
          "compute: is mixed, and network public of an existing vpcId has no way out for tasks on instances, which get no public addresses; network nat or endpoints has one",
        ],
        "mixed + workers on Spot": [
          "workerSpotPercent: is 60, and compute mixed has the workers on instances, not on Fargate",
        ],
      }
    `);
  });
});
