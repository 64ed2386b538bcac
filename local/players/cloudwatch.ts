import { z } from "zod";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import type { CloudWatch } from "../cloudwatch/create-cloudwatch.ts";
import { NotPlayedError } from "../wire/aws-error.ts";
import { arn } from "../wire/realm.ts";
import { readProperties } from "./properties.ts";

const alarmProperties = z.looseObject({ AlarmName: z.string().optional() });

/** `AWS::CloudWatch::Alarm`. Its properties are PutMetricAlarm's members, and refused as those are. */
export function alarmPlayer(cloudWatch: CloudWatch): ResourcePlayer {
  return {
    async play(resource) {
      const { AlarmName, ...properties } = readProperties(resource, alarmProperties);
      const { arn: alarmArn, name } = cloudWatch.putAlarm({
        ...properties,
        AlarmName: AlarmName ?? resource.physicalName({ maxLength: 255 }),
      });
      return { ref: name, attributes: { Arn: alarmArn } };
    },
    async remove({ ref }) {
      cloudWatch.deleteAlarm(ref);
    },
  };
}

const dashboardProperties = z.strictObject({
  DashboardName: z.string().optional(),
  DashboardBody: z.string(),
});

/** `AWS::CloudWatch::Dashboard`: kept, so that GetDashboard answers it. */
export function dashboardPlayer(cloudWatch: CloudWatch): ResourcePlayer {
  return {
    async play(resource) {
      const { DashboardName, DashboardBody } = readProperties(resource, dashboardProperties);
      if (!isJson(DashboardBody)) throw new NotPlayedError(`${resource.type} DashboardBody that is not JSON`);
      const name = DashboardName ?? resource.physicalName({ maxLength: 255 });
      cloudWatch.putDashboard(name, DashboardBody);
      return {
        ref: name,
        attributes: { DashboardArn: arn(resource.context.realm, "cloudwatch", `dashboard/${name}`, "") },
      };
    },
    async remove({ ref }) {
      cloudWatch.deleteDashboard(ref);
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
