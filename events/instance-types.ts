import type { Architecture } from "./prices.ts";

/** Instance types where the configuration names none. */
export const DEFAULT_INSTANCE_TYPES: Readonly<Record<Architecture, string>> = {
  x86_64: "m7i.xlarge",
  arm64: "m7g.xlarge",
};

/** What an instance type has. */
export interface InstanceShape {
  readonly family: string;
  readonly vcpus: number;
  /** Nominal; the kernel keeps some. */
  readonly gib: number;
}

/** GiB per vCPU of compute, general purpose and memory optimized families. Source: EC2 instance types guide. */
const GIB_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** @param type such as `m7g.xlarge`, as the setting `instanceType` takes it */
export function instanceShape(type: string): InstanceShape {
  const [family = "", size = ""] = type.split(".");
  const vcpus = size === "large" ? 2 : 4 * Number(/^\d*/.exec(size)?.[0] || 1);
  return { family, vcpus, gib: vcpus * (GIB_PER_VCPU[family.charAt(0)] ?? 2) };
}
