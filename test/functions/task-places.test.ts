import { describe, expect, it } from "vitest";
import { fitsInstance, NoInstancesError, runOn } from "../../functions/kit/task-places.ts";

const instances = { capacityProvider: "machines", cpu: 4096, memoryMiB: 15_000, binpackOn: "cpu" } as const;
const places = {
  subnets: ["subnet-1"],
  securityGroups: ["sg-1"],
  assignPublicIp: "ENABLED",
  instances,
} as const;

describe("a task", () => {
  it("has a public address on Fargate", () => {
    expect(runOn("FARGATE_SPOT", places)).toEqual({
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"], assignPublicIp: "ENABLED" },
      },
    });
  });

  it("has none where its subnets have another way out", () => {
    const { networkConfiguration } = runOn("FARGATE", { ...places, assignPublicIp: "DISABLED" });
    expect(networkConfiguration?.awsvpcConfiguration?.assignPublicIp).toBe("DISABLED");
  });

  it("has none on an instance, and is packed closely", () => {
    expect(runOn("EC2", places)).toEqual({
      capacityProviderStrategy: [{ capacityProvider: "machines", weight: 1 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"] } },
      placementStrategy: [{ type: "binpack", field: "cpu" }],
    });
  });

  it("is not sent to instances that there are not", () => {
    expect(() => runOn("EC2", { ...places, instances: undefined })).toThrow(NoInstancesError);
  });

  it.each([
    [{ cpu: 4096, memoryMiB: 15_000 }, true],
    [{ cpu: 4097, memoryMiB: 1 }, false],
    [{ cpu: 1, memoryMiB: 15_001 }, false],
  ])("of %o fits on an instance: %s", (size, fits) => {
    expect(fitsInstance(size, places)).toBe(fits);
    expect(fitsInstance(size, {})).toBe(false);
  });
});
