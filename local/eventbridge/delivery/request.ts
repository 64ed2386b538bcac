import type { EventEnvelope } from "../event.ts";
import type { EcsParameters, Target } from "../target.ts";

/** One attempt to hand an event to a target. */
export interface DeliveryRequest {
  /** The same for each attempt; at most 64 characters of letters, digits and dashes. */
  readonly deliveryId: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly targetArn: string;
  /** The role to act with: the target's, else the rule's. */
  readonly roleArn?: string;
  /** What the target is sent, after InputPath, Input or InputTransformer. */
  readonly input: string;
  readonly ruleArn: string;
  readonly event: EventEnvelope;
  readonly sqsParameters?: NonNullable<Target["SqsParameters"]>;
  readonly ecsParameters?: EcsParameters;
}

/**
 * Hands an event to a target. Throws AwsError when the target refuses it; any other error counts as a fault on
 * the way and is tried again.
 */
export type Deliver = (request: DeliveryRequest) => Promise<void>;

/** Attributes of a dead-letter message, all of type String (EventBridge user guide, dead-letter queues). */
export interface DeadLetterAttributes {
  readonly RULE_ARN: string;
  readonly TARGET_ARN: string;
  readonly ERROR_CODE: string;
  readonly ERROR_MESSAGE: string;
  /** Only where retries ended, not where the error forbade them. */
  readonly EXHAUSTED_RETRY_CONDITION?: string;
  readonly RETRY_ATTEMPTS: string;
}

/** Sends an undeliverable event to a dead-letter queue. */
export type DeadLetter = (queueArn: string, body: string, attributes: DeadLetterAttributes) => Promise<void>;
