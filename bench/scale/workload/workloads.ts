import { aggregatedDay, burst, poisson, workingDay } from "./arrivals.ts";
import { fixedSize, HEAVY_TAILED } from "./sizes.ts";
import { USUAL_WORLD, type Workload } from "./workload.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const SMALL = fixedSize(50_000);

const steady: Workload = {
  name: "steady",
  description: `An hour of one object a second, sizes ${HEAVY_TAILED.description}`,
  window: HOUR,
  world: USUAL_WORLD,
  cohorts: (pipelines, random) => poisson(1, HOUR, { sizes: HEAVY_TAILED }, pipelines, random),
};

const burstOfTenThousand: Workload = {
  name: "burst",
  description: `10,000 objects within a second, ${SMALL.description}, right after the minute that alarms see`,
  window: HOUR,
  world: USUAL_WORLD,
  cohorts: (pipelines, random) => burst(10_000, 5 * 60 + 1, 1, { sizes: SMALL }, pipelines, random),
};

const millionDay: Workload = {
  name: "day of a million",
  description: `A working day of a million objects, sizes ${HEAVY_TAILED.description}`,
  window: DAY,
  world: USUAL_WORLD,
  cohorts: (pipelines, random) => workingDay(1e6, { sizes: HEAVY_TAILED }, pipelines, random),
};

const hundredMillionDay: Workload = {
  name: "day of a hundred million",
  description: "A working day of a hundred million objects, of the same sizes, in classes",
  window: DAY,
  horizon: DAY + 6 * HOUR,
  world: { ...USUAL_WORLD, vcpuQuota: 20_000 },
  settings: { maxWorkers: 250, maximumBurst: 100, launchConcurrency: 50 },
  cohorts: (pipelines, random) => aggregatedDay(1e8, { sizes: HEAVY_TAILED }, pipelines, random),
};

const poison: Workload = {
  ...steady,
  name: "1 % poison",
  description: "The steady hour, and every attempt at one object in a hundred fails",
  cohorts: (pipelines, random) =>
    poisson(1, HOUR, { sizes: HEAVY_TAILED, poisonShare: 0.01 }, pipelines, random),
};

const drought: Workload = {
  ...burstOfTenThousand,
  name: "Spot drought",
  description: "The burst in an hour without Spot capacity",
  world: { ...USUAL_WORLD, spotDrought: (at) => at < HOUR },
};

const throttled: Workload = {
  ...steady,
  name: "S3 throttles",
  description: "The steady hour, of which S3 refuses whatever tasks ask for ten minutes",
  world: { ...USUAL_WORLD, throttled: (at) => at >= 20 * 60 && at < 30 * 60 },
};

const newAccount: Workload = {
  ...burstOfTenThousand,
  name: "6 vCPU",
  description: "The burst in a new account, whose Fargate quota is 6 vCPU",
  world: { ...USUAL_WORLD, vcpuQuota: 6 },
};

export const WORKLOADS = {
  steady,
  burst: burstOfTenThousand,
  millionDay,
  hundredMillionDay,
  poison,
  drought,
  throttled,
  newAccount,
} as const;
