import { z } from "zod";
import { AwsError, NotPlayedError } from "../wire/aws-error.ts";
import { RESERVED_VARIABLES } from "./environment-variables.ts";
import type {
  EventInvokeConfig,
  EventSourceMappingConfig,
  FunctionConfig,
  PermissionConfig,
} from "./function-config.ts";

/** Values are resolved already: no intrinsic functions are left in the properties. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly properties: unknown;
}

// CloudFormation takes numbers and booleans as text too.
const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const boolean = z.union([
  z.boolean(),
  z.literal("true").transform(() => true),
  z.literal("false").transform(() => false),
]);
const tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

const functionSchema = z.strictObject({
  FunctionName: z.string().optional(),
  Description: z.string().default(""),
  Runtime: z.string(),
  Handler: z.string(),
  Role: z.string(),
  // Which asset it is has been decided by whoever hands over its folder.
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string(), S3ObjectVersion: z.string().optional() }),
  Timeout: number.pipe(z.int().min(1).max(900)).default(3),
  MemorySize: number.pipe(z.int().min(128).max(10240)).default(128),
  Environment: z
    .strictObject({ Variables: z.record(z.string().regex(/^[A-Za-z]\w+$/), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  Architectures: z.array(z.enum(["x86_64", "arm64"])).default(["x86_64"]),
  EphemeralStorage: z.strictObject({ Size: number.pipe(z.int().min(512).max(10240)) }).default({ Size: 512 }),
  ReservedConcurrentExecutions: number.pipe(z.int().min(0).max(900)).optional(),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(["Text", "JSON"]).default("Text"),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]).optional(),
      SystemLogLevel: z.enum(["DEBUG", "INFO", "WARN"]).optional(),
    })
    .default({ LogFormat: "Text" }),
  PackageType: z.literal("Zip").optional(),
  TracingConfig: z.strictObject({ Mode: z.enum(["Active", "PassThrough"]) }).default({ Mode: "PassThrough" }),
  VpcConfig: z
    .strictObject({
      SubnetIds: z.array(z.string()).default([]),
      SecurityGroupIds: z.array(z.string()).default([]),
    })
    .optional(),
  Tags: tags.default([]),
});

/** AWS's limit on all variables of a function together. */
const MAX_ENVIRONMENT_BYTES = 4096;

/**
 * An `AWS::Lambda::Function` as the runtime plays it.
 *
 * @param codeDirectory folder of the unpacked code asset
 * @param generatedName used when the template gives no name
 * @throws NotPlayedError for properties, runtimes and package types that are not played
 * @throws AwsError InvalidParameterValueException for values that Lambda refuses
 */
export function functionFromTemplate(
  resource: TemplateResource & { readonly codeDirectory: string; readonly generatedName: string },
): FunctionConfig {
  const properties = read("AWS::Lambda::Function", resource, functionSchema);
  const { Runtime, LoggingConfig: logging, Environment } = properties;
  if (!/^nodejs\d+\.x$/.test(Runtime)) {
    throw new NotPlayedError(`AWS::Lambda::Function ${resource.logicalId}: runtime ${Runtime}`);
  }
  assertVariables(Environment.Variables);
  const functionName = properties.FunctionName ?? resource.generatedName;
  return {
    functionName,
    runtime: Runtime,
    handler: properties.Handler,
    roleArn: properties.Role,
    codeDirectory: resource.codeDirectory,
    description: properties.Description,
    timeout: properties.Timeout,
    memorySize: properties.MemorySize,
    environment: Environment.Variables,
    architectures: properties.Architectures,
    ephemeralStorageSize: properties.EphemeralStorage.Size,
    logging: {
      logFormat: logging.LogFormat,
      logGroup: logging.LogGroup ?? `/aws/lambda/${functionName}`,
      ...(logging.ApplicationLogLevel && { applicationLogLevel: logging.ApplicationLogLevel }),
      ...(logging.SystemLogLevel && { systemLogLevel: logging.SystemLogLevel }),
    },
    tracingMode: properties.TracingConfig.Mode,
    tags: Object.fromEntries(properties.Tags.map(({ Key, Value }) => [Key, Value])),
    ...(properties.ReservedConcurrentExecutions !== undefined && {
      reservedConcurrency: properties.ReservedConcurrentExecutions,
    }),
    ...(properties.VpcConfig && { vpcConfig: properties.VpcConfig }),
    ...(properties.DeadLetterConfig && { deadLetterArn: properties.DeadLetterConfig.TargetArn }),
  };
}

function assertVariables(variables: Record<string, string>) {
  const prefix =
    "Lambda was unable to configure your environment variables because the environment variables";
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.includes(name));
  if (reserved.length > 0) {
    throw new AwsError(
      "InvalidParameterValueException",
      `${prefix} you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > MAX_ENVIRONMENT_BYTES) {
    throw new AwsError(
      "InvalidParameterValueException",
      `${prefix} you have provided exceeded the 4KB limit.`,
    );
  }
}

const destination = z.strictObject({ Destination: z.string() });

const invokeConfigSchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal("$LATEST"),
  MaximumRetryAttempts: number.pipe(z.int().min(0).max(2)).default(2),
  MaximumEventAgeInSeconds: number.pipe(z.int().min(60).max(21600)).default(21600),
  DestinationConfig: z
    .strictObject({ OnSuccess: destination.optional(), OnFailure: destination.optional() })
    .default({}),
});

/** An `AWS::Lambda::EventInvokeConfig`; `functionName` is still a name or ARN as the template says it. */
export function eventInvokeConfigFromTemplate(resource: TemplateResource): EventInvokeConfig {
  const properties = read("AWS::Lambda::EventInvokeConfig", resource, invokeConfigSchema);
  const { OnSuccess, OnFailure } = properties.DestinationConfig;
  return {
    functionName: properties.FunctionName,
    maximumRetryAttempts: properties.MaximumRetryAttempts,
    maximumEventAge: properties.MaximumEventAgeInSeconds,
    ...(OnSuccess && { onSuccessArn: OnSuccess.Destination }),
    ...(OnFailure && { onFailureArn: OnFailure.Destination }),
  };
}

const mappingSchema = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string().regex(/^arn:aws:sqs:/, "only SQS queues are played"),
  BatchSize: number.pipe(z.int().min(1).max(10000)).default(10),
  MaximumBatchingWindowInSeconds: number.pipe(z.int().min(0).max(300)).default(0),
  Enabled: boolean.default(true),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  ScalingConfig: z
    .strictObject({ MaximumConcurrency: number.pipe(z.int().min(2).max(1000)).optional() })
    .optional(),
  FilterCriteria: z
    .strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).default([]) })
    .optional(),
  Tags: tags.optional(),
});

/** An `AWS::Lambda::EventSourceMapping` of a queue. */
export function eventSourceMappingFromTemplate(resource: TemplateResource): EventSourceMappingConfig {
  const properties = read("AWS::Lambda::EventSourceMapping", resource, mappingSchema);
  const maximumConcurrency = properties.ScalingConfig?.MaximumConcurrency;
  return {
    functionName: properties.FunctionName,
    queueArn: properties.EventSourceArn,
    batchSize: properties.BatchSize,
    batchingWindow: properties.MaximumBatchingWindowInSeconds,
    reportBatchItemFailures: properties.FunctionResponseTypes.length > 0,
    isEnabled: properties.Enabled,
    filterPatterns: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern),
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
  };
}

const permissionSchema = z.strictObject({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
  PrincipalOrgID: z.string().optional(),
  EventSourceToken: z.string().optional(),
  FunctionUrlAuthType: z.string().optional(),
});

/** An `AWS::Lambda::Permission`; its logical id names the statement. */
export function permissionFromTemplate(resource: TemplateResource): PermissionConfig {
  const properties = read("AWS::Lambda::Permission", resource, permissionSchema);
  return {
    functionName: properties.FunctionName,
    statementId: resource.logicalId,
    action: properties.Action,
    principal: properties.Principal,
    ...(properties.SourceArn && { sourceArn: properties.SourceArn }),
    ...(properties.SourceAccount && { sourceAccount: properties.SourceAccount }),
    ...(properties.PrincipalOrgID && { principalOrgId: properties.PrincipalOrgID }),
    ...(properties.EventSourceToken && { eventSourceToken: properties.EventSourceToken }),
    ...(properties.FunctionUrlAuthType && { functionUrlAuthType: properties.FunctionUrlAuthType }),
  };
}

function read<Schema extends z.ZodType>(
  type: string,
  resource: TemplateResource,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  const name = `${type} ${resource.logicalId}`;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) {
    const members = unknown.keys.map((key) => [...unknown.path, key].join("."));
    throw new NotPlayedError(`${name}: ${members.join(", ")}`);
  }
  throw new AwsError("InvalidParameterValueException", `${name}: ${z.prettifyError(parsed.error)}`);
}
