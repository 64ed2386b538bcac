import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import { arn, type Realm } from "../../wire/realm.ts";
import type { CloudWatchContext } from "../context.ts";

const define = operation<CloudWatchContext>();

export const GetDashboard = define(
  z.strictObject({ DashboardName: z.string() }),
  ({ dashboards, realm }, { DashboardName }) => {
    const dashboard = dashboards.get(DashboardName);
    if (!dashboard) {
      throw new AwsError("ResourceNotFound", `Dashboard ${DashboardName} does not exist`, {
        statusCode: 404,
      });
    }
    return {
      DashboardArn: dashboardArn(realm, DashboardName),
      DashboardName,
      DashboardBody: dashboard.body,
    };
  },
);

export const ListDashboards = define(
  z.strictObject({ DashboardNamePrefix: z.string().optional() }),
  ({ dashboards, realm }, { DashboardNamePrefix = "" }) => ({
    DashboardEntries: dashboards.list(DashboardNamePrefix).map(({ name, body, modified }) => ({
      DashboardName: name,
      DashboardArn: dashboardArn(realm, name),
      LastModified: new Date(modified),
      Size: Buffer.byteLength(body),
    })),
  }),
);

function dashboardArn(realm: Realm, name: string): string {
  return arn(realm, "cloudwatch", `dashboard/${name}`, "");
}
