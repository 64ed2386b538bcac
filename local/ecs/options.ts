import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import type { FileSystems } from "../efs/file-systems.ts";
import type { Realm } from "../wire/realm.ts";
import type { CannotPullContainerError, ContainerEngine } from "./container-engine.ts";
import type { InstanceGroups } from "./instances/model.ts";
import type { ImageStore } from "./process-engine/image-store.ts";

/** An event as the bus takes it; `detail` is the service's own. */
export interface EcsEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type":
    | "ECS Task State Change"
    | "ECS Service Action"
    | "ECS Deployment State Change"
    | "ECS Container Instance State Change";
  readonly source: "aws.ecs";
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: string[];
  readonly detail: Record<string, unknown>;
}

/** Where container output goes. */
export interface LogSink {
  write(group: string, stream: string, events: { timestamp: number; message: string }[]): void;
  groupExists(group: string): boolean;
  createGroup(name: string): void;
}

export interface RoleCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  /** ISO 8601. */
  readonly Expiration: string;
  readonly RoleArn: string;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface Metric {
  readonly namespace: "AWS/ECS" | "AWS/ECS/ManagedScaling";
  readonly name: "CPUUtilization" | "MemoryUtilization" | "CapacityProviderReservation";
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: "Percent";
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Where tasks can be made to fail. */
export interface EcsFaults {
  /** Asked for each container before its image is pulled; undefined when nothing stands in the way. */
  pullError(target: {
    readonly taskArn: string;
    readonly family: string;
    readonly container: string;
    readonly image: string;
  }): CannotPullContainerError | undefined;
  /** Asked for each task that RunTask would start. @returns the reason of an entry of `failures[]` in its place */
  runTaskFailure(target: {
    readonly family: string;
    readonly capacityProvider: string | undefined;
  }): string | undefined;
}

export interface EcsOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** State folder: task scratch directories, emptied as tasks end. */
  readonly directory: string;
  readonly images: ImageStore;
  readonly logs: LogSink;
  readonly credentials: { issue(roleArn: string, sessionName: string): RoleCredentials };
  /** Reads Secrets Manager and SSM references; without it a task with secrets fails to start. */
  readonly secrets?: {
    resolve(valueFrom: string, executionRoleArn: string | undefined, sessionName: string): Promise<string>;
  };
  /** Why a role may not do what ECS does for a task; undefined when it may. @default roles are not asked */
  readonly refusal?: (
    roleArn: string,
    sessionName: string,
    required: {
      readonly action: string;
      readonly resource: string;
      readonly context?: Readonly<Record<string, string>>;
    },
  ) => string | undefined;
  /** Takes on a role for a task. @throws AwsError when its trust policy does not let ECS. @default every role can be */
  readonly takeOn?: (roleArn: string) => void;
  /** Where EFS volumes lie. @default no task with such a volume starts */
  readonly fileSystems?: Pick<FileSystems, "locate">;
  /** Puts an event on the default bus; durable when it returns. */
  readonly publish: (event: EcsEvent) => void;
  /** State of a target as its load balancer sees it. @default targets are not asked about */
  readonly targetHealth?: (targetGroupArn: string, target: Target) => string | undefined;
  readonly registerTargets?: (targetGroupArn: string, targets: Target[]) => void;
  readonly deregisterTargets?: (targetGroupArn: string, targets: Target[]) => void;
  /** Given to every container, e.g. `AWS_ENDPOINT_URL`; the image and the task definition win over it. */
  readonly taskEnvironment: Readonly<Record<string, string>>;
  readonly onMetric?: (metric: Metric) => void;
  /** The Auto Scaling groups of capacity providers; without them no instance comes. */
  readonly instanceGroups?: InstanceGroups;
  /** Seconds of the clock that the start of a Fargate task takes, its network and its image. @default 0 */
  readonly fargateStartSeconds?: number;
  /** Faults on demand. */
  readonly faults?: EcsFaults;
  /** Problems that have no caller to be told to. */
  readonly log?: (message: string) => void;
  /** @default the process engine */
  readonly engine?: ContainerEngine;
}
