import { createHash } from "node:crypto";
import { z } from "zod";
import { AwsError, NotPlayedError } from "../wire/aws-error.ts";
import { arn, type Realm } from "../wire/realm.ts";
import { managedPolicy } from "./managed-policies.ts";
import { type NamedPolicy, parsePolicy } from "./policy-document.ts";
import type { SessionRole } from "./sessions.ts";

/** A role of the template. */
export interface Role extends SessionRole {
  readonly path: string;
  readonly trustPolicy: NamedPolicy;
  readonly permissionsBoundary: NamedPolicy | undefined;
  /** Longest session, in seconds. */
  readonly maxSessionSeconds: number;
  /** AWS managed policies that the role names and that are not played: what they grant is refused. */
  readonly notPlayed: readonly string[];
}

export interface InstanceProfile {
  readonly name: string;
  readonly arn: string;
  readonly roleName: string;
}

/** Roles and policies, read from resolved template properties. Putting one again replaces it. */
export interface Roles {
  /** AWS::IAM::Role @throws NotPlayedError @throws MalformedPolicyError */
  putRole(properties: unknown, generatedName: string): Role;
  /** AWS::IAM::Policy: an inline policy of the roles that it names. */
  putPolicy(properties: unknown, generatedName: string): { readonly name: string };
  /** AWS::IAM::ManagedPolicy */
  putManagedPolicy(properties: unknown, generatedName: string): { readonly arn: string };
  /** AWS::IAM::InstanceProfile */
  putInstanceProfile(properties: unknown, generatedName: string): InstanceProfile;
  /** By ARN or name. */
  role(arnOrName: string): Role | undefined;
  /** Every identity policy of a role, for `evaluate`. */
  policiesOf(roleArn: string): readonly NamedPolicy[];
  /** By ARN or name. */
  instanceProfile(arnOrName: string): InstanceProfile | undefined;
  all(): readonly Role[];
}

const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();
const path = z
  .string()
  .regex(/^\/(.*\/)?$/, "starts and ends with a slash")
  .default("/");

const roleProperties = z.strictObject({
  RoleName: z.string().optional(),
  Path: path,
  Description: z.string().optional(),
  AssumeRolePolicyDocument: z.unknown(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
  PermissionsBoundary: z.string().optional(),
  MaxSessionDuration: z.coerce.number().int().min(3_600).max(43_200).default(3_600),
  Tags: tags,
});
const policyProperties = z.strictObject({
  PolicyName: z.string().optional(),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
});
const managedPolicyProperties = z.strictObject({
  ManagedPolicyName: z.string().optional(),
  Path: path,
  Description: z.string().optional(),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
});
const instanceProfileProperties = z.strictObject({
  InstanceProfileName: z.string().optional(),
  Path: path,
  Roles: z.array(z.string()).length(1),
});

export function createRoles(realm: Realm): Roles {
  const roles = new Map<string, Role>();
  const ownPolicies = new Map<string, readonly NamedPolicy[]>();
  const attached = new Map<string, readonly string[]>();
  /** Of AWS::IAM::Policy, by policy name. */
  const inline = new Map<string, { readonly policy: NamedPolicy; readonly roles: readonly string[] }>();
  /** Of AWS::IAM::ManagedPolicy, by ARN. */
  const managed = new Map<string, { readonly policy: NamedPolicy; readonly roles: readonly string[] }>();
  const profiles = new Map<string, InstanceProfile>();
  /** What `policiesOf` answers, until anything is put: every call through the endpoint asks. */
  const gathered = new Map<string, readonly NamedPolicy[]>();
  const iamArn = (resource: string) => arn(realm, "iam", resource, "");

  /** A customer's or an AWS managed policy, once it is known. */
  const find = (policyArn: string) => managed.get(policyArn)?.policy ?? managedPolicy(policyArn);
  const role = (arnOrName: string) => roles.get(arnOrName.slice(arnOrName.lastIndexOf("/") + 1));

  return {
    putRole(properties, generatedName) {
      gathered.clear();
      const raw = read("AWS::IAM::Role", roleProperties, properties);
      const name = raw.RoleName ?? generatedName;
      const boundary = raw.PermissionsBoundary && find(raw.PermissionsBoundary);
      if (raw.PermissionsBoundary && !boundary) {
        throw new NotPlayedError(`AWS::IAM::Role ${name} PermissionsBoundary ${raw.PermissionsBoundary}`);
      }
      const made: Role = {
        name,
        arn: iamArn(`role${raw.Path}${name}`),
        id: idOf("AROA", name),
        path: raw.Path,
        trustPolicy: parsePolicy(`${name} trust policy`, raw.AssumeRolePolicyDocument),
        permissionsBoundary: boundary || undefined,
        maxSessionSeconds: raw.MaxSessionDuration,
        notPlayed: raw.ManagedPolicyArns.filter(
          (policyArn) => policyArn.startsWith("arn:aws:iam::aws:") && !managedPolicy(policyArn),
        ),
      };
      const own = raw.Policies.map(({ PolicyName, PolicyDocument }) =>
        parsePolicy(PolicyName, PolicyDocument),
      );
      roles.set(name, made);
      ownPolicies.set(name, own);
      attached.set(name, raw.ManagedPolicyArns);
      return made;
    },
    putPolicy(properties, generatedName) {
      gathered.clear();
      const raw = read("AWS::IAM::Policy", policyProperties, properties);
      const name = raw.PolicyName ?? generatedName;
      inline.set(name, { policy: parsePolicy(name, raw.PolicyDocument), roles: raw.Roles });
      return { name };
    },
    putManagedPolicy(properties, generatedName) {
      gathered.clear();
      const raw = read("AWS::IAM::ManagedPolicy", managedPolicyProperties, properties);
      const name = raw.ManagedPolicyName ?? generatedName;
      const policyArn = iamArn(`policy${raw.Path}${name}`);
      managed.set(policyArn, { policy: parsePolicy(name, raw.PolicyDocument), roles: raw.Roles });
      return { arn: policyArn };
    },
    putInstanceProfile(properties, generatedName) {
      const raw = read("AWS::IAM::InstanceProfile", instanceProfileProperties, properties);
      const name = raw.InstanceProfileName ?? generatedName;
      const [roleName = ""] = raw.Roles;
      const profile = { name, arn: iamArn(`instance-profile${raw.Path}${name}`), roleName };
      profiles.set(name, profile);
      return profile;
    },
    role,
    policiesOf(roleArn) {
      const name = role(roleArn)?.name;
      if (name === undefined) return [];
      const known = gathered.get(name);
      if (known) return known;
      const ofRole = [...inline.values(), ...managed.values()]
        .filter((entry) => entry.roles.includes(name))
        .map((entry) => entry.policy);
      const byArn = (attached.get(name) ?? []).map(find).filter((policy) => policy !== undefined);
      const policies = [...new Set([...(ownPolicies.get(name) ?? []), ...ofRole, ...byArn])];
      gathered.set(name, policies);
      return policies;
    },
    instanceProfile: (arnOrName) => profiles.get(arnOrName.slice(arnOrName.lastIndexOf("/") + 1)),
    all: () => [...roles.values()],
  };
}

function read<Output>(type: string, schema: z.ZodType<Output>, properties: unknown): Output {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) throw new NotPlayedError(`${type} ${[...unknown.path, unknown.keys.join(", ")].join(".")}`);
  throw new AwsError("ValidationError", `${type}: ${z.prettifyError(parsed.error)}`);
}

/** The same role has the same id in every run, so that `aws:userid` in a stored document stays true. */
function idOf(prefix: string, name: string): string {
  return prefix + createHash("sha256").update(name).digest("hex").slice(0, 17).toUpperCase();
}
