import { arn, type Realm } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on, tagContext, tagsOf } from "./requirement.ts";

const alarmArn = (realm: Realm, name: string) => arn(realm, "cloudwatch", `alarm:${name}`);

const everywhere =
  (action: string): ActionMapping =>
  () =>
    on(`cloudwatch:${action}`, "*");
const onAlarm =
  (action: string): ActionMapping =>
  ({ AlarmName = "*" }, { realm }) =>
    on(`cloudwatch:${action}`, alarmArn(realm, AlarmName));
const onAlarms =
  (action: string): ActionMapping =>
  ({ AlarmNames }, { realm }) =>
    (AlarmNames as readonly string[]).flatMap((name) => on(`cloudwatch:${action}`, alarmArn(realm, name)));

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
export const cloudwatchActions: ActionMappings = {
  PutMetricData: ({ Namespace }) =>
    on("cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": Namespace }),
  GetMetricData: everywhere("GetMetricData"),
  GetMetricStatistics: everywhere("GetMetricStatistics"),
  ListMetrics: everywhere("ListMetrics"),
  ListDashboards: everywhere("ListDashboards"),
  DescribeAlarmsForMetric: everywhere("DescribeAlarmsForMetric"),
  PutMetricAlarm: ({ AlarmName, Tags }, { realm }) => [
    ...on("cloudwatch:PutMetricAlarm", alarmArn(realm, AlarmName), tagContext(tagsOf(Tags))),
    ...(Tags?.length
      ? on("cloudwatch:TagResource", alarmArn(realm, AlarmName), tagContext(tagsOf(Tags)))
      : []),
  ],
  DescribeAlarms: onAlarm("DescribeAlarms"),
  DescribeAlarmHistory: onAlarm("DescribeAlarmHistory"),
  SetAlarmState: onAlarm("SetAlarmState"),
  DeleteAlarms: onAlarms("DeleteAlarms"),
  EnableAlarmActions: onAlarms("EnableAlarmActions"),
  DisableAlarmActions: onAlarms("DisableAlarmActions"),
  GetDashboard: ({ DashboardName }, { realm }) =>
    on("cloudwatch:GetDashboard", arn(realm, "cloudwatch", `dashboard/${DashboardName}`, "")),
  ListTagsForResource: ({ ResourceARN }) => on("cloudwatch:ListTagsForResource", ResourceARN),
  TagResource: ({ ResourceARN, Tags }) => on("cloudwatch:TagResource", ResourceARN, tagContext(tagsOf(Tags))),
  UntagResource: ({ ResourceARN, TagKeys }) =>
    on("cloudwatch:UntagResource", ResourceARN, { "aws:TagKeys": TagKeys }),
};
