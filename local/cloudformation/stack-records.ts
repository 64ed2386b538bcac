import type { DeletionPolicy } from "./template.ts";

/** A stack as it is kept. */
export interface StackRecord {
  readonly stackName: string;
  readonly status: StackStatus;
  readonly statusReason: string | undefined;
  /** The template as the assembly has it. */
  readonly templateBody: string;
  readonly description: string | undefined;
  readonly parameters: readonly StackParameter[];
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
  readonly outputs: readonly StackOutput[];
  /** Counts how often the stack was played: resources of an earlier play are no longer in the template. */
  readonly play: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number | undefined;
}

export type StackStatus = `${"CREATE" | "UPDATE"}_${"IN_PROGRESS" | "COMPLETE" | "FAILED"}`;

export interface StackParameter {
  readonly key: string;
  /** Masked for NoEcho parameters. */
  readonly value: string;
  /** For SSM types: what the SSM parameter held. */
  readonly resolvedValue?: string;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** A resource as it was played last. */
export interface ResourceRecord {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives; the physical id in the API. */
  readonly ref: string;
  /** Differs from `ref` where that may change between starts. */
  readonly identity: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Resolved, but for dynamic references: no secret is kept. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
  /** Place in the order of playing. */
  readonly position: number;
  readonly play: number;
  readonly status: "CREATE_COMPLETE" | "UPDATE_COMPLETE";
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

/** What happened to a stack or one of its resources. */
export interface StackEvent {
  readonly eventId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly ref: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number;
}
