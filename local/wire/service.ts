import type { IncomingMessage, ServerResponse } from "node:http";

/** Who signed a request. */
export interface Caller {
  /** `admin`: any credentials that no role session owns. `role`: a session that this runtime issued. */
  readonly kind: "admin" | "role" | "anonymous";
  /** Principal ARN, e.g. `arn:aws:sts::000000000000:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** For `role`: the IAM role behind the session. */
  readonly roleArn?: string;
}

/** What every operation may need to know about the request that it answers. */
export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** Aborted when the client has gone or the runtime drains; long polls and streams listen to it. */
  readonly signal: AbortSignal;
}

/** One AWS service behind the endpoint; it answers requests that were signed for its name. */
export interface GatewayService {
  /** Signing names, e.g. `["ecs"]`; the first is the service's name in messages. */
  readonly signingNames: readonly string[];
  handle(request: IncomingMessage, response: ServerResponse, context: CallContext): Promise<void>;
}
