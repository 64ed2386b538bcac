import { AwsError } from "../wire/aws-error.ts";
import type { Realm } from "../wire/realm.ts";
import { accountOf } from "./access-request.ts";
import type { Requirement } from "./actions/requirement.ts";
import { parameterArn } from "./actions/ssm.ts";
import type { Authorizer } from "./authorizer.ts";
import { accessDenied } from "./denial.ts";

/** What a sender needs to hand something to a queue, topic or function; undefined for any other resource. */
export function deliveryRequirement(targetArn: string): Requirement | undefined {
  const action = SENDING[targetArn.split(":")[2] ?? ""];
  return action === undefined ? undefined : { action, resource: targetArn };
}

const SENDING: Readonly<Record<string, string>> = {
  lambda: "lambda:InvokeFunction",
  sns: "sns:Publish",
  sqs: "sqs:SendMessage",
};

const EVENTS = "events.amazonaws.com";

/** The part of a rule's delivery that its permission depends on. */
export interface RuleDelivery {
  readonly deliveryId: string;
  readonly targetArn: string;
  readonly ruleArn: string;
  readonly roleArn?: string;
}

/**
 * Whether a rule may hand its event to a queue, topic or function: by the role of its target, else by the resource
 * policy, which must let EventBridge in for this rule. (EventBridge user guide, resource-based policies)
 * @throws AwsError AccessDenied, AssumeRoleFailed; both end in the target's dead-letter queue
 */
export function authorizeRuleDelivery(authorizer: Authorizer, delivery: RuleDelivery): void {
  const required = deliveryRequirement(delivery.targetArn);
  if (!required) return;
  const { roleArn, ruleArn, deliveryId } = delivery;
  if (roleArn === undefined) {
    throwRefusal(authorizer.serviceRefusal(EVENTS, ruleArn, required));
    return;
  }
  authorizer.assume(EVENTS, roleArn, deliveryId, ruleArn);
  throwRefusal(authorizer.roleRefusal(roleArn, deliveryId, required));
}

/** Whether a rule may send what could not be delivered to its target's dead-letter queue. @throws AwsError */
export function authorizeRuleDeadLetter(authorizer: Authorizer, ruleArn: string, queueArn: string): void {
  const required = { action: "sqs:SendMessage", resource: queueArn };
  throwRefusal(authorizer.serviceRefusal(EVENTS, ruleArn, required));
}

/**
 * Whether a rule may run a task: its target must have a role, which EventBridge may assume and which may run it.
 * @param input of RunTask
 * @throws AwsError AccessDenied, AssumeRoleFailed, AccessDeniedException
 */
export function authorizeRuleTask(authorizer: Authorizer, delivery: RuleDelivery, input: unknown): void {
  const { roleArn, deliveryId, targetArn, ruleArn } = delivery;
  if (roleArn === undefined) throwRefusal(`the target ${targetArn} has no role to run a task with`);
  else {
    const caller = authorizer.assume(EVENTS, roleArn, deliveryId, ruleArn);
    authorizer.call({ caller, service: "ecs", operation: "RunTask", input });
  }
}

/** Why a topic may not deliver to an endpoint; mails need no permission. */
export function topicRefusal(
  authorizer: Authorizer,
  { topicArn, protocol, endpoint }: { topicArn: string; protocol: string; endpoint: string },
): string | undefined {
  const required = protocol.startsWith("email") ? undefined : deliveryRequirement(endpoint);
  return required && authorizer.serviceRefusal("sns.amazonaws.com", topicArn, required);
}

/** Whom CloudWatch calls itself to what its alarms act on. (CloudWatch user guide, alarm actions) */
const ALARMS: Readonly<Record<string, string>> = {
  sns: "cloudwatch.amazonaws.com",
  lambda: "lambda.alarms.cloudwatch.amazonaws.com",
};

/** Whether an alarm may tell a topic or function; scaling policies are its own to call. @throws AwsError AccessDenied */
export function authorizeAlarmAction(authorizer: Authorizer, alarmArn: string, actionArn: string): void {
  const service = ALARMS[actionArn.split(":")[2] ?? ""];
  const required = deliveryRequirement(actionArn);
  if (service === undefined || !required) return;
  const context = { "aws:SourceOwner": accountOf(alarmArn) };
  throwRefusal(authorizer.serviceRefusal(service, alarmArn, { ...required, context }));
}

/** Lambda sends a function's records with the function's role. @throws AwsError AccessDenied */
export function authorizeFunctionRecord(
  authorizer: Authorizer,
  sender: { readonly roleArn: string; readonly functionName: string },
  destinationArn: string,
): void {
  const required = deliveryRequirement(destinationArn);
  if (required) throwRefusal(authorizer.roleRefusal(sender.roleArn, sender.functionName, required));
}

/**
 * Whether an execution role may read the secret or parameter that a container is given.
 * @param secret `valueFrom` as the task definition has it; a secret's ARN may go on with `:<key>:<stage>:<version>`
 * @throws AwsError AccessDeniedException
 */
export function authorizeSecret(
  authorizer: Authorizer,
  realm: Realm,
  secret: { readonly valueFrom: string; readonly roleArn: string | undefined; readonly sessionName: string },
): void {
  const { valueFrom, roleArn, sessionName } = secret;
  if (roleArn === undefined) return;
  const required = valueFrom.includes(":secretsmanager:")
    ? { action: "secretsmanager:GetSecretValue", resource: valueFrom.split(":").slice(0, 7).join(":") }
    : { action: "ssm:GetParameters", resource: parameterArn(realm, valueFrom) };
  const message = authorizer.roleRefusal(roleArn, sessionName, required);
  if (message !== undefined) throw accessDenied(required.action.split(":")[0] ?? "", message);
}

function throwRefusal(message: string | undefined): void {
  if (message !== undefined) throw new AwsError("AccessDenied", message, { statusCode: 403 });
}
