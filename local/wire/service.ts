import type { IncomingMessage, ServerResponse } from "node:http";

/** Who signed a request. */
export interface Caller {
  /** `admin`: any credentials that no role session owns. `role`: a session that this runtime issued. */
  readonly kind: "admin" | "role" | "anonymous";
  /** Principal ARN, e.g. `arn:aws:sts::000000000000:assumed-role/<role>/<session>`. */
  readonly arn: string;
  /** For `role`: the IAM role behind the session. */
  readonly roleArn?: string;
  /** For `role`: the key that the request was signed with, which knows the session's own policy. */
  readonly accessKeyId?: string;
}

/** Who signed for a part of a request, where that is not who signed the request: the policy of an upload form. */
export interface Signer {
  readonly accessKeyId: string;
  readonly sessionToken?: string | undefined;
}

/**
 * Asks whether the caller may do what it asks for. Each service calls it with an operation's name and its input,
 * as it read it, before it does anything.
 * @throws AwsError in the service's words when the caller may not
 */
export type Authorize = (operation: string, input: unknown, signer?: Signer) => void;

/** What every operation may need to know about the request that it answers. */
export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** Aborted when the client has gone or the runtime drains; long polls and streams listen to it. */
  readonly signal: AbortSignal;
  /** Absent where no gateway stands before the service: calls of the runtime itself are not asked about. */
  readonly authorize?: Authorize;
}

/** One AWS service behind the endpoint; it answers requests that were signed for its name. */
export interface GatewayService {
  /** Signing names, e.g. `["ecs"]`; the first is the service's name in messages. */
  readonly signingNames: readonly string[];
  handle(request: IncomingMessage, response: ServerResponse, context: CallContext): Promise<void>;
}
