import { z } from "zod";
import { codeOf } from "../code-digest.ts";
import type { StoredFunction } from "../function-store.ts";
import type { LambdaState } from "../lambda-state.ts";
import { nameOf, rest } from "./rest-operation.ts";

const PAGE_SIZE = 50;

const byName = z.strictObject({ FunctionName: z.string(), Qualifier: z.string().optional() });

export const listFunctions = rest(
  { method: "GET", path: "/2015-03-31/functions" },
  z.strictObject({
    Marker: z.string().optional(),
    MaxItems: z.coerce.number().int().min(1).max(10000).default(PAGE_SIZE),
    // Versions are not published here, so $LATEST is all that there is.
    FunctionVersion: z.literal("ALL").optional(),
  }),
  async (state, input) => {
    const size = Math.min(input.MaxItems, PAGE_SIZE);
    const { Marker: marker } = input;
    const rest = state.functions
      .list()
      .filter(({ config }) => marker === undefined || config.functionName > marker);
    const page = rest.slice(0, size);
    return {
      Functions: await Promise.all(page.map((stored) => configuration(state, stored))),
      ...(rest.length > size && { NextMarker: page.at(-1)?.config.functionName }),
    };
  },
);

export const getFunction = rest(
  { method: "GET", path: "/2015-03-31/functions/{FunctionName}" },
  byName,
  async (state, input) => {
    const stored = state.functions.stored(nameOf(state, input));
    const { config } = stored;
    const reserved = state.functions.reserved(config.functionName);
    return {
      Configuration: await configuration(state, stored),
      Code: { RepositoryType: "S3", Location: `file://${config.codeDirectory}` },
      ...(Object.keys(config.tags).length > 0 && { Tags: config.tags }),
      ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
    };
  },
);

export const getFunctionConfiguration = rest(
  { method: "GET", path: "/2015-03-31/functions/{FunctionName}/configuration" },
  byName,
  (state, input) => configuration(state, state.functions.stored(nameOf(state, input))),
);

async function configuration(state: LambdaState, stored: StoredFunction): Promise<Record<string, unknown>> {
  const { config, lastModified, revisionId } = stored;
  const { logging } = config;
  const code = await codeOf(config.codeDirectory);
  return {
    FunctionName: config.functionName,
    FunctionArn: state.functions.arn(config.functionName),
    Runtime: config.runtime,
    Role: config.roleArn,
    Handler: config.handler,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Description: config.description,
    Timeout: config.timeout,
    MemorySize: config.memorySize,
    LastModified: new Date(lastModified).toISOString().replace("Z", "+0000"),
    Version: "$LATEST",
    RevisionId: revisionId,
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: config.architectures,
    EphemeralStorage: { Size: config.ephemeralStorageSize },
    TracingConfig: { Mode: config.tracingMode },
    LoggingConfig: {
      LogFormat: logging.logFormat,
      LogGroup: logging.logGroup,
      ...(logging.logFormat === "JSON" && {
        ApplicationLogLevel: logging.applicationLogLevel ?? "INFO",
        SystemLogLevel: logging.systemLogLevel ?? "INFO",
      }),
    },
    ...(Object.keys(config.environment).length > 0 && { Environment: { Variables: config.environment } }),
    ...(config.deadLetterArn && { DeadLetterConfig: { TargetArn: config.deadLetterArn } }),
    ...(config.vpcConfig && { VpcConfig: config.vpcConfig }),
  };
}
