import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { arn } from "../../wire/realm.ts";
import type { CallContext } from "../../wire/service.ts";
import { type EcsContext, findTaskDefinition } from "../context.ts";
import { invalidParameter } from "../errors.ts";
import { parseCpu, parseMemory } from "../fargate-sizes.ts";
import type { TaskDefinition } from "../model.ts";
import { parseTaskDefinition } from "../names.ts";
import { page, pageSchema } from "../paging.ts";
import type { registerTaskDefinitionSchema } from "../schemas/task-definition.ts";
import { checkDefinition } from "../tasks/check-definition.ts";
import { standInNotices } from "../tasks/stand-in-log.ts";

type Registration = z.output<typeof registerTaskDefinitionSchema>;

export function registerTaskDefinition(ecs: EcsContext, input: Registration, context?: CallContext) {
  const revision = 1 + Math.max(0, ...revisions(ecs, input.family).map((one) => one.revision));
  const definition = definitionOf(ecs, input, revision, context);
  ecs.taskDefinitions.put(definition);
  return { taskDefinition: forApi(definition), tags: definition.tags };
}

/** The family's latest revision where it says the same, else a new one: a template that is played again changes nothing. */
export function applyTaskDefinition(ecs: EcsContext, input: Registration): { taskDefinitionArn: string } {
  for (const notice of standInNotices(input)) ecs.options.log?.(notice);
  const latest = revisions(ecs, input.family)
    .filter((one) => one.status === "ACTIVE")
    .toSorted((a, b) => b.revision - a.revision)[0];
  if (latest) {
    const { registeredAt, registeredBy, revision } = latest;
    const same = { ...definitionOf(ecs, input, revision), registeredAt, registeredBy };
    // Through JSON, as what was read back from the database has no undefined members.
    if (isDeepStrictEqual(JSON.parse(JSON.stringify(same)), JSON.parse(JSON.stringify(latest))))
      return latest;
  }
  return registerTaskDefinition(ecs, input).taskDefinition;
}

function definitionOf(
  ecs: EcsContext,
  input: Registration,
  revision: number,
  context?: CallContext,
): TaskDefinition {
  checkDefinition(input);
  const { realm, clock } = ecs.options;
  const { tags = [], ...rest } = input;
  const cpu = input.cpu === undefined ? undefined : parseCpu(input.cpu);
  const memory = input.memory === undefined ? undefined : parseMemory(input.memory);
  const fargate = input.requiresCompatibilities?.includes("FARGATE") ?? false;
  return {
    ...rest,
    ...(cpu === undefined ? {} : { cpu: String(cpu) }),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    containerDefinitions: input.containerDefinitions.map((container) => ({
      ...container,
      portMappings: container.portMappings.map((mapping) => ({
        ...mapping,
        hostPort: mapping.hostPort ?? (input.networkMode === "awsvpc" ? mapping.containerPort : 0),
      })),
    })),
    taskDefinitionArn: arn(realm, "ecs", `task-definition/${input.family}:${revision}`),
    revision,
    status: "ACTIVE",
    compatibilities: fargate ? ["EC2", "FARGATE"] : ["EC2"],
    registeredAt: clock.now(),
    registeredBy: context?.caller.arn ?? arn(realm, "iam", "root", ""),
    tags,
  };
}

export const taskDefinitionSchema = z.strictObject({
  taskDefinition: z.string().min(1),
  include: z.array(z.enum(["TAGS"])).optional(),
});

export function describeTaskDefinition(ecs: EcsContext, input: z.output<typeof taskDefinitionSchema>) {
  const definition = findTaskDefinition(ecs, input.taskDefinition);
  return { taskDefinition: forApi(definition), ...(input.include?.length ? { tags: definition.tags } : {}) };
}

export const deregisterTaskDefinitionSchema = z.strictObject({ taskDefinition: z.string().min(1) });

export function deregisterTaskDefinition(
  ecs: EcsContext,
  input: z.output<typeof deregisterTaskDefinitionSchema>,
) {
  if (parseTaskDefinition(input.taskDefinition).revision === undefined) {
    throw invalidParameter("Task definition must be specified with a revision.");
  }
  const definition = findTaskDefinition(ecs, input.taskDefinition);
  definition.status = "INACTIVE";
  definition.deregisteredAt = ecs.options.clock.now();
  ecs.taskDefinitions.put(definition);
  return { taskDefinition: forApi(definition) };
}

export const listTaskDefinitionsSchema = z.strictObject({
  ...pageSchema,
  familyPrefix: z.string().optional(),
  status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
  sort: z.enum(["ASC", "DESC"]).default("ASC"),
});

/** By family, then revision as a number, as AWS sorts them. */
export function listTaskDefinitions(ecs: EcsContext, input: z.output<typeof listTaskDefinitionsSchema>) {
  // Padded so that the pages' order as text is the order of the numbers.
  const key = (one: TaskDefinition) => `${one.family}:${String(one.revision).padStart(10, "0")}`;
  const found = [...ecs.taskDefinitions.values()]
    .filter((one) => one.status === input.status)
    .filter((one) => input.familyPrefix === undefined || one.family === input.familyPrefix);
  const arns = new Map(found.map((one) => [key(one), one.taskDefinitionArn]));
  const { items, nextToken } = page([...arns.keys()], input, input.sort);
  return { taskDefinitionArns: items.flatMap((item) => arns.get(item) ?? []), nextToken };
}

export const listFamiliesSchema = z.strictObject({
  ...pageSchema,
  familyPrefix: z.string().optional(),
  status: z.enum(["ACTIVE", "INACTIVE", "ALL"]).default("ALL"),
});

/** A family is ACTIVE while one of its revisions is. */
export function listTaskDefinitionFamilies(ecs: EcsContext, input: z.output<typeof listFamiliesSchema>) {
  const families = Map.groupBy(ecs.taskDefinitions.values(), (one) => one.family);
  const names = [...families]
    .filter(([family]) => family.startsWith(input.familyPrefix ?? ""))
    .filter(([, all]) => {
      const active = all.some((one) => one.status === "ACTIVE");
      return input.status === "ALL" || (input.status === "ACTIVE") === active;
    })
    .map(([family]) => family);
  const { items, nextToken } = page(names, input);
  return { families: items, nextToken };
}

function revisions(ecs: EcsContext, family: string): TaskDefinition[] {
  return [...ecs.taskDefinitions.values()].filter((one) => one.family === family);
}

function forApi({ tags: _tags, ...definition }: TaskDefinition) {
  const { registeredAt, deregisteredAt } = definition;
  return {
    ...definition,
    registeredAt: registeredAt / 1000,
    ...(deregisteredAt === undefined ? {} : { deregisteredAt: deregisteredAt / 1000 }),
  };
}
