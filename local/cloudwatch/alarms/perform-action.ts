import { NotPlayedError } from "../../wire/aws-error.ts";
import type { Realm } from "../../wire/realm.ts";
import type { Alarm, Transition } from "./alarm.ts";
import { snsMessage } from "./sns-message.ts";
import { lambdaPayload } from "./state-change-event.ts";

/** What an alarm may do. */
export interface ActionPorts {
  readonly publishToTopic: (
    topicArn: string,
    message: { readonly subject: string; readonly message: string },
  ) => Promise<unknown> | unknown;
  readonly invokeFunction: (functionArn: string, payload: string) => Promise<unknown> | unknown;
  readonly scale: (policyArn: string, alarm: Alarm, transition: Transition) => Promise<unknown> | unknown;
}

/** Services whose ARNs may be actions here. */
const ACTION_SERVICES: readonly string[] = ["sns", "lambda", "autoscaling"];

/** @throws NotPlayedError for EC2 actions, Systems Manager and whatever else is not played */
export function checkAction(actionArn: string): void {
  if (!ACTION_SERVICES.includes(serviceOf(actionArn)))
    throw new NotPlayedError(`cloudwatch alarm action ${actionArn}`);
}

/** Does one of an alarm's actions. Scaling policies hear of standing alarms too, the others do not. */
export async function performAction(
  realm: Realm,
  ports: ActionPorts,
  { actionArn, alarm, transition }: { actionArn: string; alarm: Alarm; transition: Transition },
): Promise<void> {
  const service = serviceOf(actionArn);
  if (service === "autoscaling") await ports.scale(actionArn, alarm, transition);
  else if (service === "sns") await ports.publishToTopic(actionArn, snsMessage(realm, alarm, transition));
  else await ports.invokeFunction(actionArn, JSON.stringify(lambdaPayload(realm, alarm, transition)));
}

/** Whether an action is repeated every period that its alarm stays in the state. */
export function isRepeated(actionArn: string): boolean {
  return serviceOf(actionArn) === "autoscaling";
}

function serviceOf(arn: string): string {
  return arn.split(":")[2] ?? "";
}
