import type { Pipeline } from "../../../events/pipeline.ts";
import { AWS, type StartTime } from "../aws/limits.ts";
import type { Random } from "../engine/random.ts";

/** Objects that are alike and were uploaded together. */
export interface Cohort {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly count: number;
  /** Bytes of each. */
  readonly bytes: number;
  readonly pipeline: Pipeline;
  /** vCPU seconds of each. */
  readonly cpu: number;
  /** Every attempt at it fails. */
  readonly poison: boolean;
}

/** What AWS is like meanwhile. */
export interface World {
  readonly vcpuQuota: number;
  readonly start: StartTime;
  readonly startFailures: number;
  /** Seconds from the end of a minute until alarms have looked at it. */
  readonly metricDelay: number;
  /** No Spot capacity is to be had. */
  readonly spotDrought: (at: number) => boolean;
  /** S3 answers 503 SlowDown to whatever a task asks. */
  readonly throttled: (at: number) => boolean;
}

export const USUAL_WORLD: World = {
  vcpuQuota: AWS.vcpuQuota,
  start: AWS.fargateStart,
  startFailures: AWS.startFailures,
  metricDelay: AWS.metricDelay,
  spotDrought: () => false,
  throttled: () => false,
};

/** What comes in, and under which circumstances. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  /** Seconds over which costs count at least, whatever is done earlier. */
  readonly window: number;
  /** Seconds after which the run is over, whatever is still waiting. @default three days */
  readonly horizon?: number;
  readonly world: World;
  /** Settings that an operator of this load would choose, as CDK context has them. */
  readonly settings?: Readonly<Record<string, number>>;
  /** In the order of time. */
  cohorts(pipelines: readonly Pipeline[], random: Random): Generator<Cohort>;
}
