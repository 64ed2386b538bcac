import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import { z } from "zod";
import type { Config } from "../../../../infra/config.ts";
import { readable, resourcesOf } from "../resources.ts";

const taskDefinition = z.looseObject({
  ContainerDefinitions: z.array(
    z.looseObject({
      Name: z.string(),
      ReadonlyRootFilesystem: z.boolean().optional(),
      HealthCheck: z.object({ Command: z.array(z.string()) }).optional(),
      MountPoints: z
        .array(z.object({ ContainerPath: z.string(), SourceVolume: z.string(), ReadOnly: z.boolean() }))
        .default([]),
    }),
  ),
  Volumes: z.array(z.looseObject({ Name: z.string() })).default([]),
});

/** Containers may write to /tmp and to the file system alone, and who answers no more is found out by somebody. */
export function checkContainers(template: Template, config: Config): void {
  for (const [id, { Properties }] of resourcesOf(template, "AWS::ECS::TaskDefinition")) {
    const { ContainerDefinitions, Volumes } = taskDefinition.parse(Properties);
    // What ECS writes into Fluent Bit's container is its configuration.
    const containers = ContainerDefinitions.filter(({ Name }) => Name !== "log-router");
    for (const { ReadonlyRootFilesystem, MountPoints, HealthCheck } of containers) {
      expect(ReadonlyRootFilesystem, id).toBe(true);
      const scratch = MountPoints.find(({ ContainerPath }) => ContainerPath === "/tmp");
      expect(scratch, id).toMatchObject({ ReadOnly: false });
      // With nothing but a name it is the task's own, and goes with it.
      expect(Volumes).toContainEqual({ Name: scratch?.SourceVolume });
      const others = MountPoints.filter((mount) => mount !== scratch);
      expect(others.length === 0 || config.efs === "on", id).toBe(true);
      const asked = readable(id).startsWith("Console") && config.loadBalancer === "none";
      expect(HealthCheck?.Command, id).toEqual(
        asked ? ["CMD", "node", "containers/console/check-health.ts"] : undefined,
      );
    }
  }
}
