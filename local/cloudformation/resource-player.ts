import type { CloudAssembly } from "../assembly/cloud-assembly.ts";
import type { Realm } from "../wire/realm.ts";
import type { NameRules } from "./physical-names.ts";

/** A CloudFormation resource type, e.g. `AWS::SQS::Queue`. */
export type ResourceType = string;

/** Makes one resource type real. Players are kept by type and hold the services that they act on. */
export interface ResourcePlayer {
  /**
   * Brings the resource to what its properties say. Called at every start, so what is already as wanted is left
   * as it is: the data in it must survive. A changed `ref` means a replacement; the old one is removed later.
   * @throws PropertyError, or a ZodError over the properties, to name the property at fault
   */
  play(resource: ResourceToPlay): Promise<ResourceValues>;
  /** Takes back what `play` made, once it is no longer in the template. Called again if it failed. */
  remove(resource: ResourceToRemove): Promise<void>;
}

export interface PlayContext {
  readonly realm: Realm;
  readonly assembly: CloudAssembly;
  readonly stackName: string;
  readonly stackId: string;
}

export interface ResourceToPlay {
  readonly logicalId: string;
  readonly type: ResourceType;
  /** Intrinsic functions resolved; numbers and booleans may come as text, as CloudFormation allows. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Where in the CDK app the resource comes from, when the template says so. */
  readonly constructPath: string | undefined;
  /** The name for a resource that the template does not name; the same at every start. */
  physicalName(rules?: Partial<NameRules>): string;
  readonly context: PlayContext;
}

/** What references to a resource give. */
export interface ResourceValues {
  /** `Ref`, and the physical id in the API. */
  readonly ref: string;
  /**
   * What tells the resource from the one that replaces it, where `ref` holds something that may differ between
   * starts, such as the endpoint's port in a queue's URL. @default `ref`
   */
  readonly identity?: string;
  /** `Fn::GetAtt`, by attribute name. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface ResourceToRemove extends ResourceValues {
  readonly logicalId: string;
  readonly type: ResourceType;
  /** As they were when it was played last; dynamic references unresolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly context: PlayContext;
}
