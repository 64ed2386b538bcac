import { isAbsolute, relative } from "node:path";
import type { Pipeline } from "../events/pipeline.ts";
import { PipelinesError } from "./check-pipelines.ts";
import type { Config } from "./config.ts";
import { pipelineCapacity } from "./fargate-capacity.ts";
import { fitsInto, type InstanceSize, instanceSize } from "./instance-size.ts";
import { PROJECT_ROOT } from "./project-root.ts";

/**
 * Pipelines as they run on what the configuration offers: with `compute: ec2` on instances alone, else where each
 * says, on demand in the place of Spot with `spot: false`. Where nothing but instances is left, no attempt asks for more memory than one of them has.
 * @throws PipelinesError for tasks that no instance could hold, and for instances that there are not
 */
export function placePipelines(asked: readonly Pipeline[], config: Config): readonly Pipeline[] {
  const pipelines = asked.map((pipeline) => ({
    ...seenFromProject(pipeline),
    capacity: [...pipelineCapacity(pipeline.capacity, config)],
  }));
  if (config.compute === "fargate") {
    const asking = pipelines.filter(({ capacity }) => capacity.includes("EC2"));
    if (asking.length === 0) return pipelines;
    throw new PipelinesError(
      asking.map(
        ({ name }) =>
          `pipeline "${name}" asks for EC2, and there are no instances: the setting compute is fargate, it takes ec2 or mixed`,
      ),
    );
  }
  const instance = instanceSize(config);
  const placed = pipelines.map((pipeline): Pipeline => {
    const capacity = config.compute === "ec2" ? (["EC2"] as const) : pipeline.capacity;
    if (capacity.some((provider) => provider !== "EC2")) return pipeline;
    const memoryCeilingMiB = Math.min(pipeline.memoryCeilingMiB, instance.memoryMiB);
    return { ...pipeline, capacity: [...capacity], memoryCeilingMiB };
  });
  const problems = placed.flatMap((pipeline) => tooLarge(pipeline, instance));
  if (problems.length > 0) throw new PipelinesError(problems);
  return placed;
}

/** Pipelines go to functions as they are: none of them knows a folder of the machine that synthesized it. */
function seenFromProject(pipeline: Pipeline): Pipeline {
  const { container } = pipeline;
  if (!container || !("directory" in container) || !isAbsolute(container.directory)) return pipeline;
  const directory = relative(PROJECT_ROOT, container.directory);
  return { ...pipeline, container: { ...container, directory } };
}

function tooLarge({ name, capacity, sizes }: Pipeline, instance: InstanceSize): string[] {
  if (capacity.some((provider) => provider !== "EC2")) return [];
  return sizes
    .filter(({ size }) => !fitsInto(size, instance))
    .map(
      ({ size }) =>
        `pipeline "${name}": a task of ${size.cpu} CPU units and ${size.memoryMiB} MiB fits on no ${instance.type}, ` +
        `which has ${instance.cpu} and ${instance.memoryMiB} for tasks; take a larger instanceType`,
    );
}
