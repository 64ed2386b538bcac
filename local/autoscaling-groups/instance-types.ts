/** What an EC2 instance type has (EC2 instance types guide). */
export interface InstanceType {
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly architecture: "x86_64" | "arm64";
}

const GIB = 1024;

/** vCPUs and GiB by size; families of the same shape share a row. */
const GENERAL: Shape = {
  large: [2, 8],
  xlarge: [4, 16],
  "2xlarge": [8, 32],
  "4xlarge": [16, 64],
  "8xlarge": [32, 128],
};
const COMPUTE: Shape = {
  large: [2, 4],
  xlarge: [4, 8],
  "2xlarge": [8, 16],
  "4xlarge": [16, 32],
  "8xlarge": [32, 64],
};
const MEMORY: Shape = {
  large: [2, 16],
  xlarge: [4, 32],
  "2xlarge": [8, 64],
  "4xlarge": [16, 128],
  "8xlarge": [32, 256],
};
const BURSTABLE: Shape = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  "2xlarge": [8, 32],
};
const MEDIUM_GRAVITON = { general: [1, 4], compute: [1, 2], memory: [1, 8] } as const;

type Shape = Readonly<Record<string, readonly [vcpus: number, gibibytes: number]>>;

const FAMILIES: Readonly<Record<string, { readonly shape: Shape; readonly arm?: true }>> = {
  t2: { shape: { ...BURSTABLE, nano: [1, 0.5], micro: [1, 1], small: [1, 2] } },
  t3: { shape: BURSTABLE },
  t3a: { shape: BURSTABLE },
  t4g: { shape: BURSTABLE, arm: true },
  m5: { shape: GENERAL },
  m5a: { shape: GENERAL },
  m6a: { shape: GENERAL },
  m6i: { shape: GENERAL },
  m7a: { shape: { medium: [1, 4], ...GENERAL } },
  m7i: { shape: GENERAL },
  m6g: { shape: { medium: MEDIUM_GRAVITON.general, ...GENERAL }, arm: true },
  m7g: { shape: { medium: MEDIUM_GRAVITON.general, ...GENERAL }, arm: true },
  m8g: { shape: { medium: MEDIUM_GRAVITON.general, ...GENERAL }, arm: true },
  c5: { shape: without(COMPUTE, "8xlarge") },
  c6a: { shape: COMPUTE },
  c6i: { shape: COMPUTE },
  c7a: { shape: { medium: [1, 2], ...COMPUTE } },
  c7i: { shape: COMPUTE },
  c6g: { shape: { medium: MEDIUM_GRAVITON.compute, ...COMPUTE }, arm: true },
  c7g: { shape: { medium: MEDIUM_GRAVITON.compute, ...COMPUTE }, arm: true },
  c8g: { shape: { medium: MEDIUM_GRAVITON.compute, ...COMPUTE }, arm: true },
  r5: { shape: MEMORY },
  r6a: { shape: MEMORY },
  r6i: { shape: MEMORY },
  r7i: { shape: MEMORY },
  r6g: { shape: { medium: MEDIUM_GRAVITON.memory, ...MEMORY }, arm: true },
  r7g: { shape: { medium: MEDIUM_GRAVITON.memory, ...MEMORY }, arm: true },
  r8g: { shape: { medium: MEDIUM_GRAVITON.memory, ...MEMORY }, arm: true },
};

function without(shape: Shape, size: string): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([name]) => name !== size));
}

/** @returns undefined for a type that is not in the table, e.g. one with GPUs */
export function findInstanceType(name: string): InstanceType | undefined {
  const [family = "", size = ""] = name.split(".");
  const found = FAMILIES[family];
  const [vcpus, gibibytes] = found?.shape[size] ?? [];
  if (!found || vcpus === undefined || gibibytes === undefined) return undefined;
  return { vcpus, memoryMiB: gibibytes * GIB, architecture: found.arm ? "arm64" : "x86_64" };
}

/** Share of its memory that an instance's kernel keeps; AWS gives no figure, and a t3.medium registers 3,884 MiB. */
const KERNEL_SHARE = 0.052;

/** What the ECS agent offers to tasks. @param reservedMiB `ECS_RESERVED_MEMORY` */
export function resourcesForTasks(type: InstanceType, reservedMiB: number): { cpu: number; memory: number } {
  return {
    cpu: type.vcpus * 1024,
    memory: Math.max(0, Math.floor(type.memoryMiB * (1 - KERNEL_SHARE)) - reservedMiB),
  };
}
