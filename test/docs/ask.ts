import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";

/** What the runtime said: its error's text, or that there was none. */
export type Answer = { readonly error: string } | "success";

/** Prefix of the `X-Amz-Target` header of services that speak AWS JSON. */
const TARGET_PREFIXES: Readonly<Record<string, string>> = {
  "application-autoscaling": "AnyScaleFrontendService",
  dynamodb: "DynamoDB_20120810",
  ecs: "AmazonEC2ContainerServiceV20141113",
  events: "AWSEvents",
  logs: "Logs_20140328",
  monitoring: "GraniteServiceVersion20100801",
  secretsmanager: "secretsmanager",
  sqs: "AmazonSQS",
  ssm: "AmazonSSM",
};
const QUERY_SERVICES = ["autoscaling", "cloudformation", "elasticloadbalancing", "sns", "sts"];

/** Members that put an operation's name on the wire where that is a method, a path and a query. */
const EVERY_MEMBER = {
  ...{ Bucket: "a-bucket", Key: "key", Id: "id", UploadId: "upload", PartNumber: 1, VersionId: "v" },
  ...{ CopySource: "a-bucket/key", Delete: { Objects: [{ Key: "key" }] }, Tagging: { TagSet: [] } },
  ...{
    ObjectAttributes: ["ETag"],
    FunctionName: "function",
    Name: "name",
    UUID: "uuid",
    Qualifier: "$LATEST",
  },
  ...{ LayerName: "layer", VersionNumber: 1, StatementId: "statement", FunctionVersion: "1" },
  ...{ Resource: "arn:aws:lambda:us-east-1:000000000000:function:f", ReservedConcurrentExecutions: 1 },
};

/** Sends an operation by name, with as little input as its protocol allows. */
export async function ask(endpoint: string, service: string, operation: string): Promise<Answer> {
  const prefix = TARGET_PREFIXES[service];
  if (prefix !== undefined) {
    return post(endpoint, service, "{}", {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${prefix}.${operation}`,
    });
  }
  if (QUERY_SERVICES.includes(service)) {
    return post(endpoint, service, `Action=${operation}&Version=2010-01-01`, {
      "content-type": "application/x-www-form-urlencoded",
    });
  }
  if (service === "s3") return bySdk(new s3.S3Client(connection(endpoint)), s3, operation);
  if (service === "lambda") return bySdk(new lambda.LambdaClient(connection(endpoint)), lambda, operation);
  throw new RangeError(`No way to ask ${service}; add its protocol`);
}

async function post(
  endpoint: string,
  service: string,
  body: string,
  headers: Record<string, string>,
): Promise<Answer> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `admin/${time.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { ...headers, "x-amz-date": time, authorization },
    body,
  });
  const text = await response.text();
  return response.ok ? "success" : { error: text };
}

function connection(endpoint: string) {
  return {
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "admin", secretAccessKey: "admin" },
  };
}

type Sender = { send(command: never): Promise<unknown>; destroy(): void };

async function bySdk(client: Sender, module: object, operation: string): Promise<Answer> {
  const Command = Reflect.get(module, `${operation}Command`) as new (input: object) => never;
  try {
    await client.send(new Command(EVERY_MEMBER));
    return "success";
  } catch (error) {
    return { error: String(error) };
  } finally {
    client.destroy();
  }
}
