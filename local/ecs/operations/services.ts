import { z } from "zod";
import { arn } from "../../wire/realm.ts";
import type { CallContext } from "../../wire/service.ts";
import {
  activeTaskDefinition,
  type EcsContext,
  findCluster,
  findTaskDefinition,
  serviceArnOf,
} from "../context.ts";
import { invalidParameter, serviceNotActive, serviceNotFound } from "../errors.ts";
import type { Cluster, Service } from "../model.ts";
import { page, pageSchema } from "../paging.ts";
import { launchTypeSchema } from "../schemas/common.ts";
import type { createServiceSchema, updateServiceSchema } from "../schemas/service.ts";
import { deploy } from "../services/deployment.ts";
import { serviceForApi } from "../services/render-service.ts";
import { publishDeployment } from "../services/service-events.ts";
import { checkRun } from "../tasks/check-run.ts";
import { checkCompatible } from "../tasks/placement.ts";

export function createService(
  ecs: EcsContext,
  input: z.output<typeof createServiceSchema>,
  context?: CallContext,
) {
  const cluster = findCluster(ecs, input.cluster);
  const serviceArn = serviceArnOf(ecs, cluster, input.serviceName);
  const present = ecs.services.get(serviceArn);
  if (present?.status === "ACTIVE") throw invalidParameter("Creation of service was not idempotent.");
  if (present?.status === "DRAINING") {
    throw invalidParameter("Unable to Start a service that is still Draining.");
  }
  if (input.desiredCount === undefined) {
    throw invalidParameter("desiredCount is required for the REPLICA scheduling strategy.");
  }
  if (input.launchType && input.capacityProviderStrategy?.length) {
    throw invalidParameter("Specifying both a launch type and capacity provider strategy is not supported.");
  }
  const strategy = input.launchType ? [] : strategyOf(cluster, input.capacityProviderStrategy);
  const service: Service = {
    serviceArn,
    serviceName: input.serviceName,
    clusterArn: cluster.clusterArn,
    createdAt: ecs.options.clock.now(),
    createdBy: context?.caller.arn ?? arn(ecs.options.realm, "iam", "root", ""),
    status: "ACTIVE",
    settings: {
      ...input,
      desiredCount: input.desiredCount,
      capacityProviderStrategy: strategy,
      ...(strategy.length > 0 ? {} : { launchType: input.launchType ?? "EC2" }),
    },
    deployments: [],
    events: [],
    tags: input.tags ?? [],
    steady: false,
  };
  service.settings.taskDefinition = resolved(ecs, input.taskDefinition);
  checkSettings(ecs, service);
  return started(ecs, service);
}

export function updateService(ecs: EcsContext, input: z.output<typeof updateServiceSchema>) {
  const service = findService(ecs, input.cluster, input.service);
  if (service.status !== "ACTIVE") throw serviceNotActive();
  const { cluster: _cluster, service: _service, forceNewDeployment, desiredCount, ...changes } = input;
  const before = service.settings;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const settings: Service["settings"] = {
    ...before,
    ...given,
    desiredCount: desiredCount ?? before.desiredCount,
    ...(changes.capacityProviderStrategy?.length ? { launchType: undefined } : {}),
  };
  if (input.taskDefinition !== undefined) settings.taskDefinition = resolved(ecs, input.taskDefinition);
  checkSettings(ecs, { ...service, settings });
  service.settings = settings;
  const deployed = [
    "taskDefinition",
    "capacityProviderStrategy",
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "enableExecuteCommand",
  ] as const;
  const changed = deployed.some(
    (name) => JSON.stringify(service.settings[name]) !== JSON.stringify(before[name]),
  );
  if (changed || forceNewDeployment) return started(ecs, service);
  service.steady = false;
  ecs.services.put(service);
  ecs.reconcile(service.serviceArn);
  return { service: serviceForApi(ecs, service) };
}

/**
 * Creates the service, or gives it what changed since the last time that it was applied. What changed otherwise
 * (a scaled desired count, say) stays, as in an update of a stack.
 */
export function applyService(
  ecs: EcsContext,
  input: z.output<typeof createServiceSchema>,
): { serviceArn: string; serviceName: string } {
  const service = ecs.services.get(serviceArnOf(ecs, findCluster(ecs, input.cluster), input.serviceName));
  if (service?.status !== "ACTIVE") {
    const { serviceArn, serviceName } = createService(ecs, input).service;
    const created = ecs.services.get(String(serviceArn));
    if (created) ecs.services.put(Object.assign(created, { applied: input }));
    return { serviceArn: String(serviceArn), serviceName: String(serviceName) };
  }
  const { serviceName, launchType: _launchType, schedulingStrategy: _strategy, tags, ...updatable } = input;
  const before: Readonly<Record<string, unknown>> = service.applied ?? {};
  const changes = Object.fromEntries(
    Object.entries(updatable).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    ),
  );
  service.applied = input;
  service.tags = tags ?? service.tags;
  ecs.services.put(service);
  if (Object.keys(changes).length > 0) {
    updateService(ecs, { ...changes, cluster: input.cluster, service: serviceName });
  }
  return service;
}

export const deleteServiceSchema = z.strictObject({
  cluster: z.string().optional(),
  service: z.string().min(1),
  force: z.boolean().optional(),
});

/** The service is DRAINING until its tasks have stopped, then INACTIVE. */
export function deleteService(ecs: EcsContext, input: z.output<typeof deleteServiceSchema>) {
  const service = findService(ecs, input.cluster, input.service);
  if (service.status === "INACTIVE") throw serviceNotActive();
  if (service.settings.desiredCount > 0 && !input.force) {
    throw invalidParameter("The service cannot be stopped while it is scaled above 0.");
  }
  service.status = "DRAINING";
  service.settings.desiredCount = 0;
  ecs.services.put(service);
  ecs.reconcile(service.serviceArn);
  return { service: serviceForApi(ecs, service) };
}

export const describeServicesSchema = z.strictObject({
  cluster: z.string().optional(),
  services: z.array(z.string()).min(1, "Services cannot be empty.").max(10),
  include: z.array(z.enum(["TAGS"])).optional(),
});

export function describeServices(ecs: EcsContext, input: z.output<typeof describeServicesSchema>) {
  const cluster = findCluster(ecs, input.cluster);
  const arns = input.services.map((reference) => serviceArnOf(ecs, cluster, reference));
  const found = arns.map((serviceArn) => ecs.services.get(serviceArn));
  return {
    services: found.flatMap((service) =>
      service ? [serviceForApi(ecs, service, input.include?.includes("TAGS"))] : [],
    ),
    failures: arns
      .filter((_, index) => !found[index])
      .map((serviceArn) => ({ arn: serviceArn, reason: "MISSING" })),
  };
}

export const listServicesSchema = z.strictObject({
  ...pageSchema,
  cluster: z.string().optional(),
  launchType: launchTypeSchema.optional(),
  schedulingStrategy: z.enum(["REPLICA", "DAEMON"]).optional(),
});

export function listServices(ecs: EcsContext, input: z.output<typeof listServicesSchema>) {
  const cluster = findCluster(ecs, input.cluster);
  const arns = [...ecs.services.values()]
    .filter((service) => service.clusterArn === cluster.clusterArn && service.status !== "INACTIVE")
    .filter((service) => !input.launchType || service.settings.launchType === input.launchType)
    .filter(() => input.schedulingStrategy !== "DAEMON")
    .map((service) => service.serviceArn);
  const { items, nextToken } = page(arns, { ...input, maxResults: input.maxResults ?? 10 });
  return { serviceArns: items, nextToken };
}

function findService(ecs: EcsContext, cluster: string | undefined, reference: string): Service {
  const service = ecs.services.get(serviceArnOf(ecs, findCluster(ecs, cluster), reference));
  if (!service) throw serviceNotFound();
  return service;
}

/** Puts a new deployment in front and has the scheduler carry it out. */
function started(ecs: EcsContext, service: Service) {
  const deployment = deploy(service, ecs.options.clock.now());
  ecs.services.put(service);
  publishDeployment(ecs, service, deployment, "IN_PROGRESS");
  ecs.reconcile(service.serviceArn);
  return { service: serviceForApi(ecs, service) };
}

function resolved(ecs: EcsContext, taskDefinition: string): string {
  return activeTaskDefinition(ecs, taskDefinition).taskDefinitionArn;
}

function strategyOf(cluster: Cluster, given: Service["settings"]["capacityProviderStrategy"]) {
  return given?.length ? given : cluster.defaultCapacityProviderStrategy;
}

function checkSettings(ecs: EcsContext, service: Service): void {
  const { settings } = service;
  const definition = findTaskDefinition(ecs, settings.taskDefinition);
  const fargate =
    settings.launchType === "FARGATE" ||
    settings.capacityProviderStrategy?.some(({ capacityProvider }) => capacityProvider.startsWith("FARGATE"));
  const launchType = fargate ? "FARGATE" : "EC2";
  checkCompatible(launchType, definition.compatibilities);
  checkRun(definition, {}, settings, launchType);
  for (const { containerName, containerPort } of settings.loadBalancers ?? []) {
    const container = definition.containerDefinitions.find(({ name }) => name === containerName);
    if (!container) {
      throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
    }
    if (!container.portMappings.some((mapping) => mapping.containerPort === containerPort)) {
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    }
  }
}
