/** A function as the runtime plays it: what `AWS::Lambda::Function` says, with AWS's defaults filled in. */
export interface FunctionConfig {
  readonly functionName: string;
  /** `nodejs24.x`; only Node.js runtimes are played. */
  readonly runtime: string;
  /** `<file without extension>.<export>`, e.g. `index.handler`. */
  readonly handler: string;
  readonly roleArn: string;
  /** Folder of the unpacked code asset; the function's working directory. */
  readonly codeDirectory: string;
  readonly description: string;
  /** Seconds, 1–900. */
  readonly timeout: number;
  /** MB, 128–10240. */
  readonly memorySize: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly architectures: readonly string[];
  /** MB of /tmp, 512–10240. */
  readonly ephemeralStorageSize: number;
  readonly reservedConcurrency?: number;
  /** SQS queue or SNS topic for asynchronous events that failed for good. */
  readonly deadLetterArn?: string;
  readonly logging: LoggingConfig;
  readonly tracingMode: "Active" | "PassThrough";
  readonly vpcConfig?: {
    readonly SubnetIds: readonly string[];
    readonly SecurityGroupIds: readonly string[];
  };
  readonly tags: Readonly<Record<string, string>>;
}

/** Settings of a function that say something on AWS alone: shown when asked for, without effect on this machine. */
export function withoutEffectHere(config: FunctionConfig): string[] {
  return [
    ...(config.vpcConfig ? ["VpcConfig"] : []),
    ...(config.tracingMode === "Active" ? ["TracingConfig"] : []),
    ...(config.ephemeralStorageSize === 512 ? [] : ["EphemeralStorage"]),
  ];
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html */
export interface LoggingConfig {
  readonly logFormat: "Text" | "JSON";
  readonly logGroup: string;
  /** JSON only. */
  readonly applicationLogLevel?: string;
  /** JSON only. */
  readonly systemLogLevel?: string;
}

/** How asynchronous events of a function are retried and where their records go. */
export interface EventInvokeConfig {
  readonly functionName: string;
  /** 0–2, 2 unless said otherwise. */
  readonly maximumRetryAttempts: number;
  /** Seconds, 60–21600, six hours unless said otherwise. */
  readonly maximumEventAge: number;
  readonly onSuccessArn?: string;
  readonly onFailureArn?: string;
}

/** An SQS queue whose messages a function processes. */
export interface EventSourceMappingConfig {
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** Seconds to wait for a full batch, 0–300. */
  readonly batchingWindow: number;
  readonly reportBatchItemFailures: boolean;
  /** 2–1000; without it, as many as the function may run. */
  readonly maximumConcurrency?: number;
  readonly isEnabled: boolean;
  /** Event patterns, as JSON text; a message must match one of them. Empty: all messages match. */
  readonly filterPatterns: readonly string[];
}

/** One statement of a function's resource policy, from `AWS::Lambda::Permission`. */
export interface PermissionConfig {
  readonly functionName: string;
  readonly statementId: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly principalOrgId?: string;
  readonly eventSourceToken?: string;
  readonly functionUrlAuthType?: string;
}
