import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import type { CloudWatchContext } from "../context.ts";
import { type MetricName, pageToken, readPageToken } from "../metrics/metric.ts";
import { list, name } from "./schemas.ts";

const PAGE_SIZE = 500;
const RECENT_SECONDS = 3 * 3600;

const dimensionFilter = z.strictObject({ Name: name, Value: z.string().min(1).max(1024).optional() });

export const ListMetrics = operation<CloudWatchContext>()(
  z.strictObject({
    Namespace: name.optional(),
    MetricName: name.optional(),
    Dimensions: list(dimensionFilter, { max: 30 }).default([]),
    NextToken: z.string().optional(),
    RecentlyActive: z.literal("PT3H").optional(),
  }),
  ({ metrics, now }, { NextToken, ...filter }) => {
    const from = NextToken === undefined ? 0 : readPageToken(filter, NextToken);
    if (from === undefined) throw new AwsError("InvalidParameterValue", "Invalid nextToken");
    const recent = filter.RecentlyActive === undefined ? undefined : RECENT_SECONDS;
    const found = metrics.list(now() / 1000, recent).filter((metric) => matches(metric, filter));
    const more = found.length > from + PAGE_SIZE;
    return {
      Metrics: found.slice(from, from + PAGE_SIZE),
      ...(more && { NextToken: pageToken(filter, from + PAGE_SIZE) }),
    };
  },
);

interface Filter {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions: readonly { readonly Name: string; readonly Value?: string | undefined }[];
}

function matches(metric: MetricName, filter: Filter): boolean {
  return (
    (filter.Namespace === undefined || filter.Namespace === metric.Namespace) &&
    (filter.MetricName === undefined || filter.MetricName === metric.MetricName) &&
    filter.Dimensions.every(({ Name, Value }) =>
      metric.Dimensions.some((has) => has.Name === Name && (Value === undefined || has.Value === Value)),
    )
  );
}
