import type { TaskSize } from "../events/pipeline.ts";
import { billedMs, instanceHour, PRICES, taskHour } from "../events/prices.ts";
import { POOLED_REQUESTS, requestCosts, sumOfCosts } from "../events/request-costs.ts";
import { interfaceEndpointIds } from "./config/endpoints.ts";
import { splunkIsUsed } from "./config/logging.ts";
import type { Config, SettingName } from "./config.ts";
import { instanceSize, instanceTypeOf } from "./instance-size.ts";
import { WORKER_SIZE } from "./worker-settings.ts";

/** What one decision costs. */
export interface Cost {
  /** The setting that decides on it; absent for what every deployment has. */
  readonly setting?: SettingName;
  readonly what: string;
  /** Dollars a month, whatever is uploaded; undefined where the price list in events/prices.ts does not say. */
  readonly monthly: number | undefined;
  /** What comes on top with use. */
  readonly usage?: string;
}

/** Hours of a month, as AWS's own calculator counts them. */
export const MONTH_HOURS = 730;
const CONSOLE: TaskSize = { cpu: 256, memoryMiB: 512 };
const BATCH: TaskSize = { cpu: 512, memoryMiB: 1024 };
/** Zones that a deployment is in. */
const ZONES = 2;
const MINUTE_MS = 60_000;

/** What a configuration costs a month while nothing is uploaded, and what use adds. */
export function monthlyCosts(config: Config): readonly Cost[] {
  return [
    ...always(config),
    ...compute(config),
    ...network(config),
    ...loadBalancer(config),
    ...logs(config),
    ...data(config),
  ];
}

/** @returns what is known of it */
export function total(costs: readonly Cost[]): number {
  return costs.reduce((sum, { monthly = 0 }) => sum + monthly, 0);
}

function always(config: Config): Cost[] {
  const { million, functionGbSecond } = PRICES;
  const minutes = MONTH_HOURS * 60;
  const stopOverdue = (minutes * million.functionCalls) / 1e6 + minutes * 0.1 * 0.25 * functionGbSecond;
  const batchHours = (MONTH_HOURS * billedMs("FARGATE", MINUTE_MS)) / (60 * MINUTE_MS);
  const console = hourOf(CONSOLE, config);
  const pooled = sumOfCosts(requestCosts(POOLED_REQUESTS)) * 1e6;
  return [
    {
      setting: "minConsoleTasks",
      what: `${config.minConsoleTasks} tasks of the console, 0.25 vCPU, 0.5 GB each`,
      monthly: config.minConsoleTasks * MONTH_HOURS * console,
      usage: `$${console.toFixed(5)} an hour for each more, up to maxConsoleTasks`,
    },
    { what: "a batch an hour, for a minute", monthly: batchHours * hourOf(BATCH, config) },
    { what: "stop-overdue, once a minute", monthly: stopOverdue },
    {
      what: "events, messages, tables and objects",
      monthly: 0,
      usage: `$${pooled.toFixed(2)} for a million small objects, beside their workers`,
    },
  ];
}

function compute(config: Config): Cost[] {
  const hour = hourOf(WORKER_SIZE, config);
  const polling = ((config.minWorkers * MONTH_HOURS * 3600) / 20 / 1e6) * PRICES.million.queueRequests;
  if (config.compute === "fargate") {
    return [
      {
        setting: "minWorkers",
        what: `${config.minWorkers} workers, 1 vCPU, 2 GB each`,
        monthly: config.minWorkers * MONTH_HOURS * hour + polling,
        usage: `$${hour.toFixed(5)} an hour for each more, up to maxWorkers and maximumBurst`,
      },
      ...spotCosts(config),
    ];
  }
  const instance = instanceHour(instanceTypeOf(config));
  const count = idleInstances(config);
  return [
    {
      setting: count > config.minInstances ? "minWorkers" : "minInstances",
      what: `${count} instances of ${instanceTypeOf(config)}, for ${config.minWorkers} workers at least`,
      monthly: count === 0 ? 0 : instance && count * MONTH_HOURS * instance + polling,
      usage:
        instance === undefined
          ? "the type's price is not in events/prices.ts"
          : `$${instance.toFixed(4)} an hour for each more`,
    },
  ];
}

/** Instances that are there while nothing is uploaded: the workers that stay are on them. */
function idleInstances(config: Config): number {
  const { cpu, memoryMiB } = instanceSize(config);
  const perInstance = Math.max(
    1,
    Math.floor(Math.min(cpu / WORKER_SIZE.cpu, memoryMiB / WORKER_SIZE.memoryMiB)),
  );
  return Math.max(config.minInstances, Math.ceil(config.minWorkers / perInstance));
}

/** Nothing while nothing is uploaded: what comes and goes with the work costs less. */
function spotCosts(config: Config): Cost[] {
  if (!config.spot) return [];
  const hour = taskHour({ size: WORKER_SIZE, capacity: "FARGATE_SPOT", architecture: config.architecture });
  const share = config.workerSpotPercent;
  return [
    {
      setting: share > 0 ? "workerSpotPercent" : "spot",
      what: "workers on Fargate Spot",
      monthly: 0,
      usage: `$${hour.toFixed(5)} an hour for each burst worker on Spot${share > 0 ? `, and for ${share} % of the workers beyond minWorkers` : ""}`,
    },
  ];
}

function network(config: Config): Cost[] {
  const { publicAddressHour, natGatewayHour, interfaceEndpointHour, gigabyte } = PRICES;
  const { network: mode, vpcId } = config;
  const tasks =
    config.minConsoleTasks + (config.compute === "fargate" ? config.minWorkers : idleInstances(config));
  const gateways = mode === "nat" && vpcId === undefined ? (config.natGateways ?? ZONES) : 0;
  const endpoints = interfaceEndpointIds(config).length * ZONES;
  return [
    ...(mode === "public"
      ? [
          {
            setting: "network" as const,
            what: `public addresses of ${tasks} tasks or instances`,
            monthly: tasks * MONTH_HOURS * publicAddressHour,
            usage: `$${publicAddressHour} an hour for each more`,
          },
        ]
      : []),
    ...(gateways > 0
      ? [
          {
            setting: "network" as const,
            what: `${gateways} NAT gateways, each with a public address`,
            monthly: gateways * MONTH_HOURS * (natGatewayHour + publicAddressHour),
            usage: `$${gigabyte.natGateway} a GB; S3 and DynamoDB go past it`,
          },
        ]
      : []),
    ...(endpoints > 0
      ? [
          {
            setting: "network" as const,
            what: `${endpoints / ZONES} interface endpoints in ${ZONES} zones`,
            monthly: endpoints * MONTH_HOURS * interfaceEndpointHour,
            usage: `$${gigabyte.interfaceEndpoint} a GB; S3 and DynamoDB go past them`,
          },
        ]
      : []),
  ];
}

function loadBalancer({ loadBalancer, loadBalancerScheme }: Config): Cost[] {
  if (loadBalancer === "none") return [{ setting: "loadBalancer", what: "no load balancer", monthly: 0 }];
  const addresses = loadBalancerScheme === "internet-facing" ? ZONES * PRICES.publicAddressHour : 0;
  return [
    {
      setting: "loadBalancer",
      what: `a load balancer (${loadBalancer})`,
      monthly: MONTH_HOURS * PRICES.loadBalancerHour,
      usage: "its capacity units, which people who look at a console do not fill",
    },
    ...(addresses > 0
      ? [
          {
            setting: "loadBalancerScheme" as const,
            what: "its public addresses",
            monthly: MONTH_HOURS * addresses,
          },
        ]
      : []),
  ];
}

function logs(config: Config): Cost[] {
  const { logIngestion, logStorageMonth } = PRICES.gigabyte;
  return [
    {
      setting: "logDriver",
      what: `logs of containers (${config.logDriver})`,
      monthly: 0,
      usage:
        config.logDriver === "awslogs"
          ? `$${logIngestion} a GB, and $${logStorageMonth} for each month that a GB is kept`
          : "what its destination asks",
    },
    ...(config.tracing === "xray"
      ? [
          {
            setting: "tracing" as const,
            what: "traces of functions in AWS X-Ray",
            monthly: 0,
            usage: "by the trace that X-Ray records: the first call of each second and 5 % of the others",
          },
        ]
      : []),
    ...(splunkIsUsed(config)
      ? [
          {
            setting: "splunkTokenSecretArn" as const,
            what: "a secret in Secrets Manager",
            monthly: PRICES.secretMonth,
          },
        ]
      : []),
    ...(config.oidcClientSecret === undefined
      ? []
      : [
          {
            setting: "oidcClientSecret" as const,
            what: "a secret in Secrets Manager",
            monthly: PRICES.secretMonth,
          },
        ]),
  ];
}

function data({ dataEncryption, logEncryption, uploadRetentionDays, resultRetentionDays }: Config): Cost[] {
  const own =
    dataEncryption === "own" ? "dataEncryption" : logEncryption === "own" ? "logEncryption" : undefined;
  const month = `$${PRICES.gigabyte.objectMonth} for each month that a GB is kept`;
  const kept = (days: number | undefined) => (days === undefined ? month : `${month}, ${days} days at most`);
  return [
    ...(own
      ? [
          {
            setting: own,
            what: "a KMS key",
            monthly: PRICES.keyMonth,
            usage: `$${PRICES.keyRequests} for ten thousand requests; data keys are used again for a while`,
          } as const,
        ]
      : []),
    { setting: "uploadRetentionDays", what: "uploads", monthly: 0, usage: kept(uploadRetentionDays) },
    { setting: "resultRetentionDays", what: "results", monthly: 0, usage: kept(resultRetentionDays) },
  ];
}

function hourOf(size: TaskSize, { architecture }: Config): number {
  return taskHour({ size, capacity: "FARGATE", architecture });
}
