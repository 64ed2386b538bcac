import { DEFAULT_INSTANCE_TYPES } from "../../events/instance-types.ts";
import { billedMs, PRICES, type PricedTask, taskHour } from "../../events/prices.ts";
import { DEDICATED_REQUESTS, POOLED_REQUESTS, requestCosts, sumOfCosts } from "../../events/request-costs.ts";

const MONTH_HOURS = 730;
const worker = { cpu: 1024, memoryMiB: 2048 };
const batch = { cpu: 512, memoryMiB: 1024 };
const console = { cpu: 256, memoryMiB: 512 };
const CONSOLE_TASKS = 2;
/** A worker's time for one small object: the default of `secondsPerMessage`. */
const POOLED_SECONDS = 0.05;
/** How long the task of a large object runs in the example. */
const DEDICATED_SECONDS = 5;
const FUNCTION_GB = 0.25;

const dollars = (value: number) => `$${value.toFixed(2)}`;
const row = (...cells: string[]) => `| ${cells.join(" | ")} |`;

/** A month in which nothing is uploaded. */
export function idleMonth(): string[] {
  const fargate = (size: PricedTask["size"], architecture: PricedTask["architecture"]) =>
    MONTH_HOURS * taskHour({ size, capacity: "FARGATE", architecture });
  const addresses = (1 + CONSOLE_TASKS) * MONTH_HOURS * PRICES.publicAddressHour;
  const balancer = MONTH_HOURS * PRICES.loadBalancerHour;
  const minutes = MONTH_HOURS * 60;
  const everyMinute =
    (minutes * PRICES.million.functionCalls) / 1e6 + minutes * 0.1 * FUNCTION_GB * PRICES.functionGbSecond;
  // A batch ends within the minute that Fargate bills at least.
  const batches = (MONTH_HOURS / 60) * taskHour({ size: batch, capacity: "FARGATE", architecture: "x86_64" });
  const armBatches =
    (MONTH_HOURS / 60) * taskHour({ size: batch, capacity: "FARGATE", architecture: "arm64" });
  const polling = ((MONTH_HOURS * 3600) / 20 / 1e6) * PRICES.million.queueRequests;
  const total = (architecture: PricedTask["architecture"]) =>
    fargate(worker, architecture) +
    CONSOLE_TASKS * fargate(console, architecture) +
    (architecture === "arm64" ? armBatches : batches) +
    addresses +
    balancer +
    everyMinute +
    polling;
  return [
    row(
      "one worker, 1 vCPU, 2 GB (`minWorkers`)",
      dollars(fargate(worker, "x86_64")),
      dollars(fargate(worker, "arm64")),
    ),
    row(
      "two tasks of the console, 0.25 vCPU, 0.5 GB (`minConsoleTasks`)",
      dollars(CONSOLE_TASKS * fargate(console, "x86_64")),
      dollars(CONSOLE_TASKS * fargate(console, "arm64")),
    ),
    row("public addresses of the three tasks", dollars(addresses), dollars(addresses)),
    row("load balancer, without its capacity units", dollars(balancer), dollars(balancer)),
    row("a batch an hour, 0.5 vCPU, 1 GB for a minute", dollars(batches), dollars(armBatches)),
    row("`stop-overdue`, once a minute for 0.1 s", dollars(everyMinute), dollars(everyMinute)),
    row("long polling of the jobs queue", dollars(polling), dollars(polling)),
    row("**in all**", `**${dollars(total("x86_64"))}**`, `**${dollars(total("arm64"))}**`),
  ];
}

/** What the file system asks for, as the page's sentences say it. */
export function fileSystem(): string[] {
  const { writeGb, readGb, gbMonth } = PRICES.fileSystem;
  return [
    `A GB written costs ${dollars(writeGb)}, a`,
    `GB read ${dollars(readGb)}, a GB that stays a month ${dollars(gbMonth)} (elastic`,
  ];
}

/** What a million small objects cost beside the idle month. */
export function pooledMillion(): string[] {
  const time =
    ((POOLED_SECONDS * 1e6) / 3600) * taskHour({ size: worker, capacity: "FARGATE", architecture: "x86_64" });
  const requests = requestCosts(POOLED_REQUESTS);
  const million = (cost: number) => dollars(cost * 1e6);
  return [
    row("EventBridge", "one event each", million(requests.events)),
    row("SQS", "sent one by one, received and deleted in tens: 1.2 requests", million(requests.queue)),
    row(
      "DynamoDB",
      "4 write units: two writes below 1 KB, an entry of index `byTime`, the key's claim; 1.6 read units of the hourly batch",
      million(requests.table),
    ),
    row("S3", "one GET, one PUT of the result", million(requests.objects)),
    row("workers", `${POOLED_SECONDS} s of 1 vCPU, 2 GB`, dollars(time)),
    row("**in all**", "", `**${dollars(sumOfCosts(requests) * 1e6 + time)}**`),
  ];
}

/** What a million objects with a task each cost, by compute mode. */
export function dedicatedMillion(): string[] {
  const rest = sumOfCosts(requestCosts(DEDICATED_REQUESTS)) * 1e6;
  const modes: readonly [string, Omit<PricedTask, "size">][] = [
    ["Fargate, x86", { capacity: "FARGATE", architecture: "x86_64" }],
    ["Fargate, ARM", { capacity: "FARGATE", architecture: "arm64" }],
    ["Fargate Spot, x86", { capacity: "FARGATE_SPOT", architecture: "x86_64" }],
    ["Fargate Spot, ARM", { capacity: "FARGATE_SPOT", architecture: "arm64" }],
    [`EC2, ${DEFAULT_INSTANCE_TYPES.x86_64}, full`, { capacity: "EC2", architecture: "x86_64" }],
    [`EC2, ${DEFAULT_INSTANCE_TYPES.arm64}, full`, { capacity: "EC2", architecture: "arm64" }],
  ];
  return modes.map(([name, mode]) => {
    const seconds = billedMs(mode.capacity, DEDICATED_SECONDS * 1000) / 1000;
    const hour = taskHour({ size: worker, ...mode });
    const tasks = ((seconds * 1e6) / 3600) * hour;
    return row(
      name,
      `${seconds} s × $${hour.toFixed(5)}/h`,
      dollars(tasks),
      dollars(rest),
      `**${dollars(tasks + rest)}**`,
    );
  });
}
