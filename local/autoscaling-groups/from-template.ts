import { z } from "zod";
import { NotPlayedError } from "../wire/aws-error.ts";

const tags = z.array(z.looseObject({ Key: z.string(), Value: z.coerce.string() }));
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

/**
 * AWS::EC2::LaunchTemplate. What a machine has and a process of this one has not (disks, security groups, the
 * metadata service, an instance profile) is taken and has no effect.
 */
const launchTemplateSchema = z.strictObject({
  LaunchTemplateName: z.string().optional(),
  LaunchTemplateData: z.strictObject({
    InstanceType: z.string(),
    ImageId: z.string(),
    UserData: z.string().optional(),
    BlockDeviceMappings: z.array(z.unknown()).optional(),
    EbsOptimized: flag.optional(),
    IamInstanceProfile: z.unknown().optional(),
    KeyName: z.string().optional(),
    MetadataOptions: z.unknown().optional(),
    Monitoring: z.unknown().optional(),
    NetworkInterfaces: z.array(z.unknown()).optional(),
    SecurityGroupIds: z.array(z.unknown()).optional(),
    TagSpecifications: z.array(z.unknown()).optional(),
  }),
  TagSpecifications: z.array(z.unknown()).optional(),
  VersionDescription: z.string().optional(),
});

/** AWS::AutoScaling::AutoScalingGroup. */
const groupSchema = z.strictObject({
  AutoScalingGroupName: z.string().optional(),
  MinSize: z.coerce.number().int().min(0),
  MaxSize: z.coerce.number().int().min(0),
  DesiredCapacity: z.coerce.number().int().min(0).optional(),
  LaunchTemplate: z.strictObject({
    LaunchTemplateId: z.string().optional(),
    LaunchTemplateName: z.string().optional(),
    Version: z.coerce.string(),
  }),
  NewInstancesProtectedFromScaleIn: flag.default(false),
  /** Each subnet stands for a zone of its own; instances are spread over them. */
  VPCZoneIdentifier: z.array(z.unknown()).optional(),
  HealthCheckType: z.literal("EC2").optional(),
  HealthCheckGracePeriod: z.coerce.number().optional(),
  Cooldown: z.coerce.number().optional(),
  DefaultInstanceWarmup: z.coerce.number().optional(),
  MaxInstanceLifetime: z.coerce.number().optional(),
  MetricsCollection: z.array(z.unknown()).optional(),
  Tags: tags.optional(),
});

export type LaunchTemplateProperties = z.output<typeof launchTemplateSchema>;
export type GroupProperties = z.output<typeof groupSchema>;

/** @throws NotPlayedError for a property that is not played @throws ZodError for one with a wrong value */
export function launchTemplateFromTemplate(properties: unknown): LaunchTemplateProperties {
  return read("AWS::EC2::LaunchTemplate", launchTemplateSchema, properties);
}

/** @throws NotPlayedError for a property that is not played @throws ZodError for one with a wrong value */
export function groupFromTemplate(properties: unknown): GroupProperties {
  return read("AWS::AutoScaling::AutoScalingGroup", groupSchema, properties);
}

function read<Schema extends z.ZodType>(type: string, schema: Schema, properties: unknown): z.output<Schema> {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (!unknown) throw parsed.error;
  throw new NotPlayedError(
    `${type} ${unknown.keys.map((key) => [...unknown.path, key].join(".")).join(", ")}`,
  );
}
