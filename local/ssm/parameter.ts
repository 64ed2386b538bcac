import { z } from "zod";

export const parameterType = z.enum(["String", "StringList", "SecureString"]);
export type ParameterType = z.output<typeof parameterType>;
export const tier = z.enum(["Standard", "Advanced"]);
export type Tier = z.output<typeof tier>;

/** A parameter as it is now. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly tier: Tier;
  readonly description: string | undefined;
  /** Regular expression that the whole value must match. */
  readonly allowedPattern: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** What the template asked for when it was played last; undefined when the API alone made the parameter. */
  readonly declared: string | undefined;
  readonly version: number;
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** ARN of who wrote this version. */
  readonly modifiedBy: string;
}

/** What a new version changes; members that are undefined stay. */
export interface ParameterChange {
  readonly name: string;
  readonly value: string;
  readonly type?: ParameterType | undefined;
  readonly tier?: Tier | undefined;
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly declared?: string | undefined;
}
