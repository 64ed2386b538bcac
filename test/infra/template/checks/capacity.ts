import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import type { Config } from "../../../../infra/config.ts";
import { readable, resourcesOf } from "../resources.ts";

/** What runs on Fargate Spot is what the configuration lets. */
export function checkCapacity(template: Template, { spot, compute, minWorkers, workerSpotPercent }: Config) {
  const services = Object.fromEntries(
    resourcesOf(template, "AWS::ECS::Service").map(([id, { Properties }]) => [
      readable(id),
      Properties.CapacityProviderStrategy,
    ]),
  );
  const spotOf = (name: string) =>
    (services[name] as { CapacityProvider: string; Weight?: number }[]).find(
      ({ CapacityProvider }) => CapacityProvider === "FARGATE_SPOT",
    )?.Weight ?? 0;
  expect(spotOf("QueueWorkersService"), "share of the workers on Spot").toBe(workerSpotPercent);
  if (workerSpotPercent > 0) {
    expect(services.QueueWorkersService).toContainEqual({
      CapacityProvider: "FARGATE",
      Base: minWorkers,
      Weight: 100 - workerSpotPercent,
    });
  }
  expect(spotOf("ConsoleService"), "the console").toBe(0);
  const launchers = resourcesOf(template, "AWS::Lambda::Function").filter(([id]) =>
    readable(id).includes("LaunchWorkers"),
  );
  const order = compute === "ec2" ? "EC2" : spot ? "FARGATE_SPOT,FARGATE" : "FARGATE";
  for (const [, { Properties }] of launchers) {
    expect(Properties.Environment, "burst workers").toMatchObject({ Variables: { CAPACITY: order } });
  }
  if (!spot) expect(JSON.stringify(resourcesOf(template, "AWS::ECS::TaskDefinition"))).not.toContain("_SPOT");
}
