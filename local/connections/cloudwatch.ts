import { alarmReport } from "../autoscaling/alarm-report.ts";
import type { AutoScalingOptions } from "../autoscaling/create-autoscaling.ts";
import type { Clock } from "../clock.ts";
import { performAction } from "../cloudwatch/alarms/perform-action.ts";
import type { CloudWatchOptions } from "../cloudwatch/create-cloudwatch.ts";
import { putQueueMetrics, putServiceMetrics } from "../cloudwatch/service-metrics.ts";
import { authorizeAlarmAction } from "../iam/deliveries.ts";
import type { Realm } from "../wire/realm.ts";
import type { Peers } from "./peers.ts";

/** What alarms do, and what is measured once a minute. */
export function cloudWatchConnections(
  realm: Realm,
  clock: Clock,
  peers: () => Peers,
): Required<Pick<CloudWatchOptions, "publish" | "act" | "sample">> {
  return {
    publish: (event) => void peers().eventBridge.publish({ ...event, resources: [...event.resources] }),
    act: async (actionArn, alarm, transition) => {
      authorizeAlarmAction(peers().authorizer, alarm.arn, actionArn);
      await performAction(
        realm,
        {
          publishToTopic: (topicArn, { subject, message }) =>
            peers().messaging.publish(topicArn, { subject, message }),
          invokeFunction: (functionArn, payload) => void peers().lambda.invokeAsync(functionArn, payload),
          scale: (policyArn) => peers().autoScaling.onAlarm(policyArn, alarmReport(alarm, transition.to)),
        },
        { actionArn, alarm, transition },
      );
    },
    sample: (atMs) => {
      const { cloudWatch, messaging } = peers();
      const queues = messaging.queues().map(({ arn, name }) => {
        const { oldestSentAt, ...numbers } = messaging.backlog(arn);
        const ageMs = oldestSentAt === undefined ? 0 : clock.now() - clock.at(oldestSentAt);
        return { name, ...numbers, ageOfOldestSeconds: Math.max(0, Math.floor(ageMs / 1000)) };
      });
      putQueueMetrics(cloudWatch.put, queues, atMs);
      putServiceMetrics(cloudWatch.put, peers().ecs.services(), atMs);
    },
  };
}

/** What scaling policies read and move. */
export function autoScalingConnections(
  peers: () => Peers,
): Pick<AutoScalingOptions, "describeService" | "setDesiredCount" | "alarms"> {
  return {
    describeService: (resourceId) => {
      const [, cluster, service] = resourceId.split("/");
      return peers()
        .ecs.services()
        .find(({ clusterName, serviceName }) => clusterName === cluster && serviceName === service);
    },
    setDesiredCount: (resourceId, desiredCount) => {
      const [, cluster, service = ""] = resourceId.split("/");
      peers().ecs.updateService({ cluster, service, desiredCount });
    },
    alarms: {
      put: (input) => peers().cloudWatch.putAlarm(input),
      delete: (name) => peers().cloudWatch.deleteAlarm(name),
      describe: (name) => {
        const alarm = peers().cloudWatch.describeAlarm(name);
        return alarm && alarmReport(alarm);
      },
    },
  };
}
