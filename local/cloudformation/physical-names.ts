import { createHash } from "node:crypto";

/** How the names of a resource type are made. */
export interface NameRules {
  /** Longest name that the service takes, in characters. */
  readonly maxLength: number;
  /** Names have lower-case letters only. @default false */
  readonly lowerCase?: boolean;
  /** What the name must end in, e.g. `.fifo`. @default "" */
  readonly suffix?: string;
}

/** Name limits from the services' documentation; other types take DEFAULT_RULES. */
const RULES: Readonly<Record<string, NameRules>> = {
  "AWS::S3::Bucket": { maxLength: 63, lowerCase: true },
  "AWS::Lambda::Function": { maxLength: 64 },
  "AWS::IAM::Role": { maxLength: 64 },
  "AWS::IAM::InstanceProfile": { maxLength: 128 },
  "AWS::IAM::Policy": { maxLength: 128 },
  "AWS::IAM::ManagedPolicy": { maxLength: 128 },
  "AWS::SQS::Queue": { maxLength: 80 },
  "AWS::SNS::Topic": { maxLength: 256 },
  "AWS::Events::Rule": { maxLength: 64 },
  "AWS::Scheduler::Schedule": { maxLength: 64 },
  "AWS::ElasticLoadBalancingV2::LoadBalancer": { maxLength: 32 },
  "AWS::ElasticLoadBalancingV2::TargetGroup": { maxLength: 32 },
};
const DEFAULT_RULES: NameRules = { maxLength: 255 };

const HASH_LENGTH = 13;

/**
 * The name of a resource that the template does not name: `<stack>-<logical id>-<13 characters>`, as
 * CloudFormation makes them. The characters come from stack and logical id alone, so the name is the same at
 * every start, whatever else changes in the template. Where a name is too long, its stack and logical id are
 * cut, each to a fair share.
 */
export function physicalName(
  resource: { readonly stackName: string; readonly logicalId: string; readonly type: string },
  rules: Partial<NameRules> = {},
): string {
  const {
    maxLength,
    lowerCase = false,
    suffix = "",
  } = { ...(RULES[resource.type] ?? DEFAULT_RULES), ...rules };
  const room = maxLength - HASH_LENGTH - suffix.length - 2;
  const { stackName, logicalId } = resource;
  const half = Math.floor(room / 2);
  const stackPart = stackName.slice(0, Math.max(half, room - logicalId.length));
  const idPart = logicalId.slice(0, room - stackPart.length);
  const name = `${stackPart}-${idPart}-${hash(`${stackName} ${logicalId}`)}${suffix}`;
  return lowerCase ? name.toLowerCase() : name;
}

/** Upper-case letters and digits. */
function hash(text: string): string {
  const number = BigInt(`0x${createHash("sha256").update(text).digest("hex")}`);
  return number.toString(36).toUpperCase().slice(-HASH_LENGTH);
}
