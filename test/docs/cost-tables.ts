import { billedMs, PRICES, type PricedTask, taskHour } from "../../events/prices.ts";

/** Prices that only the page needs, in dollars of the same region; confirm before quoting, as all of them. */
const MORE = {
  loadBalancerHour: 0.0225,
  publicAddressHour: 0.005,
  lambdaMillion: 0.2,
  lambdaGbSecond: 0.0000166667,
  sqsMillion: 0.4,
  eventsMillion: 1,
  dynamoWriteMillion: 0.625,
  s3PutMillion: 5,
  s3GetMillion: 0.4,
} as const;

const MONTH_HOURS = 730;
const worker = { cpu: 1024, memoryMiB: 2048 };
const batch = { cpu: 512, memoryMiB: 1024 };
const console = { cpu: 256, memoryMiB: 512 };
/** A worker's time for one small object: the default of `secondsPerMessage`. */
const POOLED_SECONDS = 0.05;
/** How long the task of a large object runs in the example. */
const DEDICATED_SECONDS = 5;
const FUNCTION_GB = 0.25;
const FUNCTION_SECONDS = 0.3;

const dollars = (value: number) => `$${value.toFixed(2)}`;
const row = (...cells: string[]) => `| ${cells.join(" | ")} |`;

/** A month in which nothing is uploaded. */
export function idleMonth(): string[] {
  const fargate = (size: PricedTask["size"], architecture: PricedTask["architecture"]) =>
    MONTH_HOURS * taskHour({ size, capacity: "FARGATE", architecture });
  const addresses = 2 * MONTH_HOURS * MORE.publicAddressHour;
  const balancer = MONTH_HOURS * MORE.loadBalancerHour;
  const minutes = MONTH_HOURS * 60;
  const everyMinute =
    (minutes * MORE.lambdaMillion) / 1e6 + minutes * 0.1 * FUNCTION_GB * MORE.lambdaGbSecond;
  // A batch ends within the minute that Fargate bills at least.
  const batches = (MONTH_HOURS / 60) * taskHour({ size: batch, capacity: "FARGATE", architecture: "x86_64" });
  const armBatches =
    (MONTH_HOURS / 60) * taskHour({ size: batch, capacity: "FARGATE", architecture: "arm64" });
  const polling = ((MONTH_HOURS * 3600) / 20 / 1e6) * MORE.sqsMillion;
  const total = (architecture: PricedTask["architecture"]) =>
    fargate(worker, architecture) +
    fargate(console, architecture) +
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
      "the console, 0.25 vCPU, 0.5 GB",
      dollars(fargate(console, "x86_64")),
      dollars(fargate(console, "arm64")),
    ),
    row("public addresses of the two tasks", dollars(addresses), dollars(addresses)),
    row("load balancer, without its capacity units", dollars(balancer), dollars(balancer)),
    row("a batch an hour, 0.5 vCPU, 1 GB for a minute", dollars(batches), dollars(armBatches)),
    row("`stop-overdue`, once a minute for 0.1 s", dollars(everyMinute), dollars(everyMinute)),
    row("long polling of the jobs queue", dollars(polling), dollars(polling)),
    row("**in all**", `**${dollars(total("x86_64"))}**`, `**${dollars(total("arm64"))}**`),
  ];
}

/** What a million small objects cost beside the idle month. */
export function pooledMillion(): string[] {
  const time =
    ((POOLED_SECONDS * 1e6) / 3600) * taskHour({ size: worker, capacity: "FARGATE", architecture: "x86_64" });
  const queue = 1.2 * MORE.sqsMillion;
  const table = 9 * MORE.dynamoWriteMillion;
  const objects = MORE.s3GetMillion + MORE.s3PutMillion;
  return [
    row("EventBridge", "one event each", dollars(MORE.eventsMillion)),
    row("SQS", "sent one by one, received and deleted in tens: 1.2 requests", dollars(queue)),
    row(
      "DynamoDB",
      "9 write units: two writes of 2 KB, each with index `byHour`, and the key's claim",
      dollars(table),
    ),
    row("S3", "one GET, one PUT of the result", dollars(objects)),
    row("workers", `${POOLED_SECONDS} s of 1 vCPU, 2 GB`, dollars(time)),
    row("**in all**", "", `**${dollars(MORE.eventsMillion + queue + table + objects + time)}**`),
  ];
}

/** What a million objects with a task each cost, by compute mode. */
export function dedicatedMillion(): string[] {
  const functions = 2 * (MORE.lambdaMillion + FUNCTION_SECONDS * FUNCTION_GB * MORE.lambdaGbSecond * 1e6);
  const rest =
    MORE.eventsMillion + functions + 24 * MORE.dynamoWriteMillion + MORE.s3GetMillion + MORE.s3PutMillion;
  const modes: readonly [string, Omit<PricedTask, "size">][] = [
    ["Fargate, x86", { capacity: "FARGATE", architecture: "x86_64" }],
    ["Fargate, ARM", { capacity: "FARGATE", architecture: "arm64" }],
    ["Fargate Spot, x86", { capacity: "FARGATE_SPOT", architecture: "x86_64" }],
    ["Fargate Spot, ARM", { capacity: "FARGATE_SPOT", architecture: "arm64" }],
    [`EC2, ${PRICES.instance.type}, full`, { capacity: "EC2", architecture: "arm64" }],
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
