import { Tracer } from "@aws-lambda-powertools/tracer";
import { captureLambdaHandler } from "@aws-lambda-powertools/tracer/middleware";
import middy from "@middy/core";

/** What the X-Ray SDK can watch of a client: any of the AWS SDK has it. */
export type AwsClient = Parameters<Tracer["captureAWSv3Client"]>[0];

// The calls of AWS clients are captured one by one; nothing else leaves a function.
const tracer = new Tracer({ captureHTTPsRequests: false });
/** Lambda's own segment. The SDK has it in the asynchronous context in which it is loaded, and in no later one. */
const ofLambda = tracer.getSegment();

/** Has the clients' calls be subsegments of the invocation that makes them. */
export function captureClients(clients: readonly AwsClient[]): void {
  for (const client of clients) tracer.captureAWSv3Client(client);
}

/** Runs an invocation as a subsegment of its own. What handlers answer with stays out of the trace. */
export function withSubsegment<Output>(invocation: () => Promise<Output>): Promise<Output> {
  const captured = middy()
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .handler(invocation);
  return tracer.provider.getNamespace().runPromise(async () => {
    if (ofLambda) tracer.setSegment(ofLambda);
    return captured({}, {} as never) as Promise<Output>;
  });
}
