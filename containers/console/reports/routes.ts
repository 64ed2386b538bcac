import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { rollupPartition } from "../../../events/batch/batch-items.ts";
import { hourAt, hourLater, hoursFrom } from "../../../events/batch/hour.ts";
import { type HourReport, hourReport, reportKey } from "../../../events/batch/report.ts";
import { type HourRollup, hourRollup } from "../../../events/batch/rollup.ts";
import { PRICES } from "../../../events/prices.ts";
import type { Api } from "../api/api.ts";
import { listRollups, readReport } from "../api/routes/reports.ts";
import type { RollupList } from "../api/schemas/reports.ts";
import { Problem, shown } from "../problem.ts";

export interface ReportsPlace {
  readonly client: DynamoDBDocumentClient;
  readonly batchTable: string;
  readonly s3: S3Client;
  readonly resultsBucket: string;
  readonly now: () => Date;
}

/** Hours that one answer has at most: a month. */
const MAX_HOURS = 31 * 24;

/** The books of the hours, as the hourly batch keeps them. */
export function reportRoutes(api: Api, place: ReportsPlace): void {
  api.openapi(listRollups, async (context) => {
    const {
      pipeline,
      to = hourAt(place.now().getTime()),
      from = hourLater(to, -23),
    } = context.req.valid("query");
    const hours = hoursFrom(from, to) + 1;
    if (hours < 1) throw new Problem(400, "from", shown(from), `it is no later than to, which is ${to}`);
    if (hours > MAX_HOURS) {
      throw new Problem(
        400,
        "from",
        shown(from),
        `one answer has ${MAX_HOURS} hours at most; ${to} is ${hours} later`,
      );
    }
    const rollups = await readRollups(place, pipeline, from, to);
    const { region, asOf, source } = PRICES;
    return context.json(
      { from, to, rollups, totals: totalsOf(rollups), prices: { region, asOf, source } },
      200,
    );
  });
  api.openapi(readReport, async (context) => {
    const { hour } = context.req.valid("param");
    const report = await readHour(place, hour);
    if (!report) {
      throw new Problem(
        404,
        "the report of this hour",
        shown(hour),
        "the hourly batch writes it when the hour is over: npx longshore batch --hour writes it now",
      );
    }
    return context.json(report, 200);
  });
}

async function readRollups(
  { client, batchTable }: ReportsPlace,
  pipeline: string,
  from: string,
  to: string,
): Promise<HourRollup[]> {
  const rollups: HourRollup[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: batchTable,
        KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
        ExpressionAttributeNames: { "#pk": "pk", "#sk": "sk" },
        ExpressionAttributeValues: { ":pk": rollupPartition(pipeline), ":from": from, ":to": to },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of Items) rollups.push(hourRollup.parse(item));
    start = LastEvaluatedKey;
  } while (start);
  return rollups;
}

function totalsOf(rollups: readonly HourRollup[]): RollupList["totals"] {
  const sum = (of: (rollup: HourRollup) => number) =>
    rollups.reduce((total, rollup) => total + of(rollup), 0);
  return {
    objects: sum(({ objects }) => objects),
    bytes: sum(({ bytes }) => bytes),
    failed: sum(({ statuses }) => statuses.failed ?? 0),
    taskMs: sum(({ taskMs }) => taskMs.pooled + taskMs.dedicated),
    cost: sum(({ cost }) => cost.pooled + cost.dedicated),
    onePerObject: sum(({ cost }) => cost.onePerObject),
  };
}

async function readHour({ s3, resultsBucket }: ReportsPlace, hour: string): Promise<HourReport | undefined> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: resultsBucket, Key: reportKey(hour, "json") }),
    );
    return hourReport.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
