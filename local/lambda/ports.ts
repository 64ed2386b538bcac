import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import type { Realm } from "../wire/realm.ts";
import type { CompilePattern } from "./filter-criteria.ts";
import type { SqsRecord } from "./sqs-event.ts";

/** Where functions' output goes. */
export interface LogWriter {
  createGroup(name: string): void;
  write(group: string, stream: string, events: { timestamp: number; message: string }[]): void;
}

/** Issues role sessions; `Expiration` is ISO text. */
export interface CredentialIssuer {
  issue(
    roleArn: string,
    sessionName: string,
  ): { AccessKeyId: string; SecretAccessKey: string; Token: string; Expiration: string };
}

/** SQS as an event source mapping sees it. */
export interface QueueReader {
  /** Up to `max` (1–10) messages; waits up to `waitSeconds` (0–20) for the first, or until `signal` aborts. */
  receive(queueArn: string, max: number, waitSeconds: number, signal: AbortSignal): Promise<SqsRecord[]>;
  delete(queueArn: string, receiptHandles: string[]): Promise<void>;
  /** Makes messages visible again that were received and never handed to the function. */
  release?(queueArn: string, receiptHandles: string[]): Promise<void>;
}

/** What a destination other than a plain queue needs to know about a record. */
export interface SendDetails {
  /** Whose role it is sent with. */
  readonly sender: { readonly roleArn: string; readonly functionName: string };
  /** Message attributes of SQS and SNS; all of type String but `ErrorCode`, which is a Number. */
  readonly messageAttributes?: Readonly<Record<string, string>>;
  /** For event buses: the source is `lambda` and the record is the event's detail. */
  readonly detailType?: string;
}

export interface LambdaMetric {
  readonly functionName: string;
  readonly name:
    | "Invocations"
    | "Errors"
    | "Duration"
    | "Throttles"
    | "ConcurrentExecutions"
    | "AsyncEventsReceived"
    | "AsyncEventsDropped"
    | "DeadLetterErrors"
    | "DestinationDeliveryFailures";
  readonly value: number;
  readonly unit: "Count" | "Milliseconds";
  /** Milliseconds since the epoch, of the runtime's clock. */
  readonly timestamp: number;
}

export interface LambdaOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** Folder for the temporary directories of execution environments. */
  readonly directory: string;
  readonly logs: LogWriter;
  readonly credentials: CredentialIssuer;
  /** Added to each function's environment, e.g. `AWS_ENDPOINT_URL`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Delivers to an SQS queue, SNS topic, function or event bus. */
  readonly send: (destinationArn: string, body: string, details: SendDetails) => Promise<void>;
  readonly queues: QueueReader;
  /** Why a function's role may not do what Lambda does for it; undefined when it may. @default roles are not asked */
  readonly refusal?: (
    roleArn: string,
    sessionName: string,
    required: { readonly action: string; readonly resource: string },
  ) => string | undefined;
  /** Takes on a function's role. @throws AwsError when its trust policy does not let Lambda. @default every role can be */
  readonly takeOn?: (roleArn: string) => void;
  /** Compiles a pattern of filter criteria. */
  readonly compilePattern: CompilePattern;
  readonly onMetric?: (metric: LambdaMetric) => void;
  readonly log?: (message: string) => void;
  /** Execution environments that this machine keeps at most, all functions together. @default 10 */
  readonly maximumEnvironments?: number;
  /** Milliseconds after which an idle environment is ended. @default 300000 */
  readonly idleTimeoutMs?: number;
}
