import { InstanceType } from "aws-cdk-lib/aws-ec2";
import { DEFAULT_INSTANCE_TYPES, instanceShape } from "../events/instance-types.ts";
import type { TaskSize } from "../events/pipeline.ts";
import { type Config, ConfigError } from "./config.ts";

/** An instance type, and what tasks can have of it. */
export interface InstanceSize {
  readonly type: string;
  /** CPU units. */
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** For the CloudWatch agent and what else the host runs; the ECS agent keeps it back (`ECS_RESERVED_MEMORY`). */
export const RESERVED_MEMORY_MIB = 256;
/** Of its nominal memory an instance registers some 5 % less with ECS: its kernel keeps them. */
const KERNEL_SHARE = 0.07;

/** The configured instance type, or the default one. */
export function instanceTypeOf({ instanceType, architecture }: Config): string {
  return instanceType ?? DEFAULT_INSTANCE_TYPES[architecture];
}

/** What tasks and functions are told that write down or add up what tasks cost. */
export function priceEnvironment(config: Config): Record<string, string> {
  const instanceType = config.compute === "fargate" ? undefined : instanceTypeOf(config);
  return {
    ARCHITECTURE: config.architecture,
    ...(instanceType === undefined ? {} : { INSTANCE_TYPE: instanceType }),
  };
}

/** The deployment's instance type. @throws ConfigError for one that its containers do not run on */
export function instanceSize(config: Config): InstanceSize {
  const type = instanceTypeOf(config);
  const { architecture } = config;
  if (new InstanceType(type).architecture !== architecture) {
    throw new ConfigError([`instanceType: ${type} does not run containers for ${architecture}`]);
  }
  const { vcpus, gib } = instanceShape(type);
  const memoryMiB = Math.floor(gib * 1024 * (1 - KERNEL_SHARE)) - RESERVED_MEMORY_MIB;
  return { type, cpu: vcpus * 1024, memoryMiB };
}

export function fitsInto(size: TaskSize, instance: InstanceSize): boolean {
  return size.cpu <= instance.cpu && size.memoryMiB <= instance.memoryMiB;
}
