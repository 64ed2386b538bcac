import { Stack } from "aws-cdk-lib";
import type { IRuleTarget, RuleTargetConfig, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

const EVENT_BRIDGE = new ServicePrincipal("events.amazonaws.com");

/** CloudFormation makes a rule's name of at least this much of its stack's, cut to 64 characters in all. */
const STACK_PART = 20;

/**
 * What a rule delivers to, and the queue for what it cannot deliver. CDK's own targets let each rule in by a statement
 * of its own; the policy of a queue holds 20 statements with 10 conditions and that of a function 20 KB, which a few
 * pipelines would fill. So whatever takes events is opened to the stack's rules once.
 * Source: Amazon SQS developer guide, "Policy quotas"; AWS Lambda developer guide, "Quotas".
 */
export class RuleTarget implements IRuleTarget {
  readonly #config: RuleTargetConfig;

  constructor(to: Queue | LambdaFunction, undelivered: Queue, input?: RuleTargetInput) {
    this.#config = {
      arn: "queueArn" in to ? to.queueArn : to.functionArn,
      deadLetterConfig: { arn: undelivered.queueArn },
      ...(input ? { input } : {}),
    };
  }

  bind(): RuleTargetConfig {
    return this.#config;
  }
}

/** Lets every rule of the queue's stack send to it. */
export function openQueueToRules(queue: Queue): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: "RulesSend",
      principals: [EVENT_BRIDGE],
      actions: ["sqs:SendMessage"],
      resources: [queue.queueArn],
      conditions: { ArnLike: { "aws:SourceArn": rulesOfStack(queue) } },
    }),
  );
}

/** Lets every rule of the function's stack invoke it. */
export function openFunctionToRules(handler: LambdaFunction): void {
  handler.addPermission("Rules", { principal: EVENT_BRIDGE, sourceArn: rulesOfStack(handler) });
}

function rulesOfStack(scope: Construct): string {
  const stack = Stack.of(scope);
  const resourceName = `${stack.stackName.slice(0, STACK_PART)}*`;
  return stack.formatArn({ service: "events", resource: "rule", resourceName });
}
