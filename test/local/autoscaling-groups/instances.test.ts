import { describe, expect, test } from "vitest";
import { readEcsConfig } from "../../../local/autoscaling-groups/ecs-config.ts";
import { findInstanceType, resourcesForTasks } from "../../../local/autoscaling-groups/instance-types.ts";
import { publicImage } from "../../../local/autoscaling-groups/public-images.ts";

test.each([
  ["t3.small", { vcpus: 2, memoryMiB: 2048, architecture: "x86_64" }],
  ["m7g.large", { vcpus: 2, memoryMiB: 8192, architecture: "arm64" }],
  ["c6i.2xlarge", { vcpus: 8, memoryMiB: 16_384, architecture: "x86_64" }],
  ["r5.8xlarge", { vcpus: 32, memoryMiB: 262_144, architecture: "x86_64" }],
  ["c5.8xlarge", undefined],
  ["p4d.24xlarge", undefined],
  ["m5", undefined],
])("the instance type %s", (name, expected) => {
  expect(findInstanceType(name)).toEqual(expected);
});

test("tasks get less than the machine has, and less what the agent keeps back", () => {
  const type = findInstanceType("t3.medium");
  if (!type) throw new Error("no t3.medium");
  const { cpu, memory } = resourcesForTasks(type, 0);
  expect(cpu).toBe(2048);
  // A t3.medium is known to register 3,884 MiB.
  expect(Math.abs(memory - 3884)).toBeLessThan(5);
  expect(resourcesForTasks(type, 256).memory).toBe(memory - 256);
});

describe("user data", () => {
  const read = (script: string) => readEcsConfig(Buffer.from(script).toString("base64"));
  test.each([
    ["nothing", "", { cluster: "default", reservedMemoryMiB: 0, attributes: {} }],
    [
      "what CDK writes",
      "#!/bin/bash\necho ECS_CLUSTER=uploads >> /etc/ecs/ecs.config",
      { cluster: "uploads" },
    ],
    [
      "several lines",
      '#!/bin/bash\necho ECS_CLUSTER=uploads >> /etc/ecs/ecs.config\nsudo iptables --insert FORWARD 1\necho ECS_RESERVED_MEMORY=128 >> /etc/ecs/ecs.config\necho \'ECS_INSTANCE_ATTRIBUTES={"disk":"fast"}\' >> /etc/ecs/ecs.config',
      { cluster: "uploads", reservedMemoryMiB: 128, attributes: { disk: "fast" } },
    ],
    [
      "a here-document",
      'cat <<EOF >> /etc/ecs/ecs.config\nECS_CLUSTER="uploads"\nECS_AVAILABLE_LOGGING_DRIVERS=["awslogs"]\nEOF\n',
      { cluster: "uploads" },
    ],
  ])("with %s", (_, script, expected) => {
    expect(read(script)).toMatchObject(expected);
  });
});

test("public parameters of machine images have a value, others have none", () => {
  const name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id";
  expect(publicImage(name)).toMatch(/^ami-[0-9a-f]{17}$/);
  expect(publicImage("/my/parameter")).toBeUndefined();
});
