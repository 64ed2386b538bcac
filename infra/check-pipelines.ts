import { z } from "zod";
import { fargateMemoryFor, isFargateSize } from "../events/fargate-sizes.ts";
import { type Pipeline, pipelines as pipelinesSchema } from "../events/pipeline.ts";
import { GENERIC_PIPELINE } from "../events/routing.ts";
import { MAX_PATTERN_CHARACTERS, objectCreatedPattern } from "./upload-patterns.ts";

/** The pipelines file says something that cannot work; `problems` lists all of it. */
export class PipelinesError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`infra/pipelines.ts:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "PipelinesError";
    this.problems = problems;
  }
}

/**
 * Checks the pipelines at synthesis: shape, names, sizes that Fargate offers, and that each can be reached.
 * @throws PipelinesError naming every problem at once
 */
export function checkPipelines(candidates: readonly Pipeline[]): readonly Pipeline[] {
  const parsed = pipelinesSchema.safeParse(candidates);
  if (!parsed.success) throw new PipelinesError([z.prettifyError(parsed.error)]);
  const problems = [
    ...nameProblems(parsed.data),
    ...sizeProblems(parsed.data),
    ...overlapProblems(parsed.data),
    ...containerProblems(parsed.data),
    ...lengthProblems(parsed.data),
  ];
  if (problems.length > 0) throw new PipelinesError(problems);
  return parsed.data;
}

function nameProblems(pipelines: readonly Pipeline[]): string[] {
  const names = pipelines.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...twice.map((name) => `pipeline "${name}" is there twice; names are unique`),
    ...(names.includes(GENERIC_PIPELINE)
      ? []
      : [`there is no pipeline "${GENERIC_PIPELINE}", which takes what no other pipeline takes`]),
  ];
}

function sizeProblems(pipelines: readonly Pipeline[]): string[] {
  return pipelines.flatMap(({ name, sizes, capacity, memoryCeilingMiB }) => {
    const onFargate = capacity.some((provider) => provider !== "EC2");
    const impossible = sizes.filter(({ size }) => onFargate && !isFargateSize(size));
    const limits = sizes.map(({ upToBytes }) => upToBytes ?? Number.POSITIVE_INFINITY);
    const unordered = limits.some((limit, index) => index > 0 && limit <= (limits[index - 1] ?? 0));
    const tooLarge = sizes.filter(({ size }) => size.memoryMiB > memoryCeilingMiB);
    return [
      ...impossible.map(
        ({ size }) =>
          `pipeline "${name}": Fargate has no size of ${size.cpu} CPU units with ${size.memoryMiB} MiB; ${fargateMemoryFor(size.cpu)}`,
      ),
      ...(unordered
        ? [`pipeline "${name}": sizes must rise by upToBytes, the last one may leave it out`]
        : []),
      ...tooLarge.map(
        ({ size }) =>
          `pipeline "${name}": a size of ${size.memoryMiB} MiB is above its memoryCeilingMiB of ${memoryCeilingMiB}`,
      ),
    ];
  });
}

/**
 * Workers, the batch and the console have all pipelines in their task definitions, of which ECS takes 64 KB; 48 leave
 * room for the rest. Source: Amazon ECS developer guide, "Service quotas", task definition size.
 */
const MAX_CHARACTERS = 48 * 1024;

/** What pipelines become must fit where it goes. */
function lengthProblems(pipelines: readonly Pipeline[]): string[] {
  // As it is in the task definition, where each quotation mark is escaped.
  const { length } = JSON.stringify(JSON.stringify(pipelines));
  const tooLong = pipelines.flatMap((pipeline) => {
    const pattern = JSON.stringify(objectCreatedPattern("x".repeat(63), pipeline, "dedicated", pipelines));
    return pattern.length > MAX_PATTERN_CHARACTERS
      ? [
          `pipeline "${pipeline.name}": its EventBridge pattern has ${pattern.length} characters, the limit is ` +
            `${MAX_PATTERN_CHARACTERS}; give it fewer suffixes than ${pipeline.suffixes.length}, or a prefix`,
        ]
      : [];
  });
  return length > MAX_CHARACTERS
    ? [
        ...tooLong,
        `all pipelines together have ${length} characters as JSON, and task definitions have room for ${MAX_CHARACTERS}`,
      ]
    : tooLong;
}

/** Workers take many objects one after another in one container, the processor; they cannot run another. */
function containerProblems(pipelines: readonly Pipeline[]): string[] {
  return pipelines
    .filter(({ container, dedicatedAboveBytes }) => container !== undefined && dedicatedAboveBytes > 0)
    .map(
      ({ name, dedicatedAboveBytes }) =>
        `pipeline "${name}" has a container of its own, which takes one object a task: dedicatedAboveBytes is ` +
        `${dedicatedAboveBytes}, it must be 0`,
    );
}

/** Rules fire independently of each other, so that a key which two pipelines take would make two jobs. */
function overlapProblems(pipelines: readonly Pipeline[]): string[] {
  const specific = pipelines.filter(({ name }) => name !== GENERIC_PIPELINE);
  return specific.flatMap((later, index) => [
    ...specific.slice(0, index).flatMap((earlier) => {
      const shared = sharedEnding(earlier, later);
      return shared === undefined
        ? []
        : [
            `pipelines "${earlier.name}" and "${later.name}" overlap: both take keys that start with ` +
              `"${longer(earlier.prefix, later.prefix)}" and end with "${shared}"`,
          ];
    }),
    ...(later.prefix === "" && later.suffixes.length === 0
      ? [`pipeline "${later.name}" takes every key, so that "${GENERIC_PIPELINE}" would never be reached`]
      : []),
  ]);
}

/** An ending that both pipelines take under a prefix that both take. */
function sharedEnding(a: Pipeline, b: Pipeline): string | undefined {
  if (!a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix)) return undefined;
  for (const first of endings(a)) {
    const second = endings(b).find((ending) => ending.endsWith(first) || first.endsWith(ending));
    if (second !== undefined) return longer(first, second);
  }
  return undefined;
}

function endings(pipeline: Pipeline): readonly string[] {
  return pipeline.suffixes.length > 0 ? pipeline.suffixes.map((suffix) => suffix.toLowerCase()) : [""];
}

function longer(a: string, b: string): string {
  return a.length >= b.length ? a : b;
}
