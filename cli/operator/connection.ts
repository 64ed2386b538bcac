import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { UserError } from "../user-error.ts";
import { type Given, text } from "./flags.ts";
import { decidePlace, LOCAL_ENDPOINT, type Place } from "./place.ts";

/** A deployment of the stack, on this machine or in AWS: its outputs, and clients for it. */
export interface Connection {
  /** Where it is, for people. */
  readonly where: string;
  readonly place: Place;
  /** Outputs of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** @throws UserError when the stack has no such output */
  output(name: string): string;
  readonly dynamo: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
}

interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** How long the usual port is given to show whether Longshore is there. */
const PROBE_MS = 1_500;
const DEFAULT_REGION = "us-east-1";

/**
 * Finds the deployment that a command is for, and says on standard error which it is.
 * @param notInAws why the command is for a run on this machine alone; without it AWS will do
 * @throws UserError when there is none, or when it cannot be told which is meant
 */
export async function connect(
  given: Given,
  notInAws?: string,
  environment = process.env,
): Promise<Connection> {
  const stack = text(given, "stack") ?? "Longshore";
  const place = await decidePlace(given, environment, () => isLocalUp(stack));
  if (notInAws !== undefined && place.kind === "aws") throw new UserError(notInAws);
  const options = clientOptions(place, environment);
  const where =
    place.kind === "aws"
      ? `AWS${options.region ? `, ${options.region}` : ""}`
      : `${place.endpoint} (${place.because})`;
  console.error(`Longshore at ${where}`);
  const outputs = await outputsOf(new CloudFormationClient(options), stack, where);
  return {
    where,
    place,
    outputs,
    output(name) {
      const value = outputs[name];
      if (value !== undefined) return value;
      throw new UserError(
        `Stack ${stack} has no output ${name}: it is of another version than this command. It has ${Object.keys(outputs).join(", ")}`,
      );
    },
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(options)),
    s3: new S3Client({ ...options, forcePathStyle: place.kind === "endpoint" }),
    ecs: new ECSClient(options),
    logs: new CloudWatchLogsClient(options),
    sqs: new SQSClient(options),
    lambda: new LambdaClient(options),
    events: new EventBridgeClient(options),
  };
}

/** The run on this machine takes any credentials for its administrator's; in AWS the SDK finds the caller's own. */
function clientOptions(
  place: Place,
  environment: Readonly<Record<string, string | undefined>>,
): ClientOptions {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (place.kind === "aws") return region === undefined ? {} : { region };
  const isLoopback = /^(localhost|127\.|\[::1\])/.test(new URL(place.endpoint).hostname);
  const hasOwn = environment.AWS_ACCESS_KEY_ID !== undefined || environment.AWS_PROFILE !== undefined;
  return {
    region: region ?? DEFAULT_REGION,
    endpoint: place.endpoint,
    ...(isLoopback && !hasOwn ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } } : {}),
  };
}

async function isLocalUp(stack: string): Promise<boolean> {
  const client = new CloudFormationClient({
    ...clientOptions({ kind: "endpoint", endpoint: LOCAL_ENDPOINT, because: "" }, {}),
    maxAttempts: 1,
  });
  try {
    const abortSignal = AbortSignal.timeout(PROBE_MS);
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }), {
      abortSignal,
    });
    return Stacks.length > 0;
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}

async function outputsOf(
  client: CloudFormationClient,
  stack: string,
  where: string,
): Promise<Record<string, string>> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Object.fromEntries(
      (Stacks[0]?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message || error.name : String(error);
    throw new UserError(
      `There is no stack ${stack} at ${where}: ${message}\nStart one with npm start, deploy one with npx cdk deploy, or name another with --stack`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
