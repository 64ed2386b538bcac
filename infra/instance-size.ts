import { InstanceType } from "aws-cdk-lib/aws-ec2";
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
/** GiB per vCPU of an instance family. Source: EC2 instance types guide. */
const GIB_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };
const DEFAULT_TYPES = { x86_64: "m7i.xlarge", arm64: "m7g.xlarge" } as const;

/** The deployment's instance type. @throws ConfigError for one that its containers do not run on */
export function instanceSize({ instanceType, architecture }: Config): InstanceSize {
  const type = instanceType ?? DEFAULT_TYPES[architecture];
  const [family = "", size = ""] = type.split(".");
  if (new InstanceType(type).architecture !== architecture) {
    throw new ConfigError([`instanceType: ${type} does not run containers for ${architecture}`]);
  }
  const vcpus = size === "large" ? 2 : 4 * Number(/^\d*/.exec(size)?.[0] || 1);
  const gib = vcpus * (GIB_PER_VCPU[family.charAt(0)] ?? 2);
  const memoryMiB = Math.floor(gib * 1024 * (1 - KERNEL_SHARE)) - RESERVED_MEMORY_MIB;
  return { type, cpu: vcpus * 1024, memoryMiB };
}

export function fitsInto(size: TaskSize, instance: InstanceSize): boolean {
  return size.cpu <= instance.cpu && size.memoryMiB <= instance.memoryMiB;
}
