import type { SQSClient } from "@aws-sdk/client-sqs";

/** What decides on the input that a rule gives to its target. Members as EventBridge's `Target` has them. */
export interface RuleTarget {
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | {
        readonly InputPathsMap?: Record<string, string> | undefined;
        readonly InputTemplate: string | undefined;
      }
    | undefined;
}

/** Where dead letters are taken from and given back to. Not all who know of letters carry the clients of all services. */
export interface ReplayPlace {
  readonly sqs: SQSClient;
  /** Hands a function an event, asynchronously. */
  readonly invoke: (functionArn: string, payload: string) => Promise<void>;
  /** ARNs of the functions whose dead letters go to a queue. */
  readonly functionsUsing: (queueArn: string) => Promise<readonly string[]>;
  /** A target of a rule; undefined when either is gone. */
  readonly findTarget: (rule: RuleName, targetArn: string) => Promise<RuleTarget | undefined>;
}

export interface RuleName {
  readonly name: string;
  /** Absent on the default bus. */
  readonly bus?: string;
}

/** `…:rule/name`, or `…:rule/bus/name` on a bus of its own. */
export function ruleNameOf(ruleArn: string): RuleName {
  const [first = "", second] = ruleArn.split(":rule/")[1]?.split("/") ?? [];
  return second === undefined ? { name: first } : { bus: first, name: second };
}
