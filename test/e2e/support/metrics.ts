import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "./clients.ts";

/** The largest data point of one of Longshore's own metrics in the last two hours. @returns undefined without any */
export async function largestValue(
  { cloudWatch }: Clients,
  name: string,
  dimensions: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const now = Date.now();
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "Longshore",
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(now - 2 * 3_600_000),
      EndTime: new Date(now + 60_000),
      Period: 60,
      Statistics: ["Maximum"],
    }),
  );
  return Datapoints.length === 0 ? undefined : Math.max(...Datapoints.map(({ Maximum = 0 }) => Maximum));
}
