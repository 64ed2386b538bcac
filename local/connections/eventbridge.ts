import type { Clock } from "../clock.ts";
import type { EventBridgeOptions } from "../eventbridge/eventbridge.ts";
import { authorizeRuleDeadLetter, authorizeRuleDelivery, authorizeRuleTask } from "../iam/deliveries.ts";
import type { S3Options } from "../s3/s3.ts";
import { deliverToTarget, sendRecord } from "./deliver.ts";
import type { Peers } from "./peers.ts";
import { runTaskForRule } from "./run-task-target.ts";

/** Where rules deliver to: what faults let through, decided on the policies of rule and target. */
export function eventBridgeConnections(
  clock: Clock,
  peers: () => Peers,
): Required<Pick<EventBridgeOptions, "onMetric" | "deliver" | "deadLetter">> {
  const invokeAsync = (functionArn: string, payload: string) =>
    void peers().lambda.invokeAsync(functionArn, payload);
  return {
    onMetric: (name, dimensions, value) =>
      peers().cloudWatch.put("AWS/Events", name, dimensions, value, "Count", clock.now()),
    deliver: (request) =>
      peers().faults.deliver(request, async (delivery) => {
        const { authorizer, ecs, logs, messaging } = peers();
        authorizeRuleDelivery(authorizer, delivery);
        await deliverToTarget(delivery, {
          messaging,
          invokeAsync,
          runTask: async (target) =>
            runTaskForRule(ecs, target, (input) => authorizeRuleTask(authorizer, target, input)),
          writeLog: (groupArn, message) => {
            const [group = ""] = groupArn.split(":log-group:")[1]?.split(":") ?? [];
            logs.write(group, delivery.deliveryId, [{ timestamp: clock.now(), message }]);
          },
        });
      }),
    deadLetter: async (queueArn, body, attributes) => {
      const { authorizer, messaging } = peers();
      authorizeRuleDeadLetter(authorizer, attributes.RULE_ARN, queueArn);
      await sendRecord(queueArn, body, { ...attributes }, { messaging, invokeAsync });
    },
  };
}

/** Objects that come and go, as EventBridge tells of them: times in whole seconds. */
export function publishObjectEvent(peers: () => Peers): S3Options["onEvent"] {
  return ({ detailType, time, region, account, resources, detail }) => {
    peers().eventBridge.publish({
      source: "aws.s3",
      "detail-type": detailType,
      time: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
      region,
      account,
      resources,
      detail: { ...detail },
    });
  };
}
