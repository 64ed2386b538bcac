import { delimiter, dirname } from "node:path";
import type { FunctionConfig } from "./function-config.ts";

export interface EnvironmentVariablesInput {
  readonly config: FunctionConfig;
  readonly region: string;
  readonly logStream: string;
  readonly temporaryDirectory: string;
  readonly credentials: { AccessKeyId: string; SecretAccessKey: string; Token: string };
  /** The runtime's own additions, e.g. `AWS_ENDPOINT_URL`. */
  readonly additions: Readonly<Record<string, string>>;
}

/**
 * Everything that a function's process finds in its environment: its own variables and those that Lambda sets,
 * nothing of the machine's user. `TMPDIR` stands for the environment's own /tmp.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(input: EnvironmentVariablesInput): Record<string, string> {
  const { config, credentials } = input;
  const { logging } = config;
  return {
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    TMPDIR: input.temporaryDirectory,
    ...input.additions,
    ...config.environment,
    _HANDLER: config.handler,
    AWS_REGION: input.region,
    AWS_DEFAULT_REGION: input.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: config.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logging.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: input.logStream,
    ...(logging.logFormat === "JSON" && {
      AWS_LAMBDA_LOG_FORMAT: "JSON",
      AWS_LAMBDA_LOG_LEVEL: logging.applicationLogLevel ?? "INFO",
    }),
    AWS_ACCESS_KEY_ID: credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: credentials.Token,
    LAMBDA_TASK_ROOT: config.codeDirectory,
  };
}

/** Variables that a function may not set itself. */
export const RESERVED_VARIABLES: readonly string[] = [
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
];
