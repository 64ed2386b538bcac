import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningCloudWatch, startCloudWatch } from "./start-cloudwatch.ts";

let running: RunningCloudWatch;
/** A full hour in the recent past, so that periods of all lengths begin there. */
let hour: number;
beforeEach(async () => {
  running = await startCloudWatch();
  hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
});
afterEach(() => running.stop());

const seconds = (ms: number) => ms / 1000;
const put = (MetricData: Record<string, unknown>[], Namespace = "App") =>
  running.call("PutMetricData", { Namespace, MetricData });
const statistics = async (input: Record<string, unknown>) => {
  const answer = await running.call("GetMetricStatistics", {
    Namespace: "App",
    MetricName: "Latency",
    StartTime: seconds(hour),
    EndTime: seconds(hour + 600_000),
    Period: 60,
    ...input,
  });
  return answer.Datapoints as Record<string, unknown>[];
};

describe("values put and read", () => {
  it("come to statistics of each period, whichever way they were given", async () => {
    const Timestamp = seconds(hour + 5_000);
    await put([
      { MetricName: "Latency", Timestamp, Value: 10, Unit: "Milliseconds" },
      { MetricName: "Latency", Timestamp, Values: [20, 30], Counts: [2, 1], Unit: "Milliseconds" },
      {
        MetricName: "Latency",
        Timestamp: seconds(hour + 61_000),
        StatisticValues: { SampleCount: 4, Sum: 40, Minimum: 5, Maximum: 20 },
        Unit: "Milliseconds",
      },
    ]);
    const all = { Statistics: ["Sum", "Average", "Minimum", "Maximum", "SampleCount"] };
    expect(await statistics(all)).toEqual([
      {
        Timestamp: seconds(hour),
        Sum: 80,
        Average: 20,
        Minimum: 10,
        Maximum: 30,
        SampleCount: 4,
        Unit: "Milliseconds",
      },
      {
        Timestamp: seconds(hour + 60_000),
        ...{ Sum: 40, Average: 10, Minimum: 5, Maximum: 20, SampleCount: 4, Unit: "Milliseconds" },
      },
    ]);
    expect(await statistics({ ...all, Period: 300 })).toEqual([
      {
        Timestamp: seconds(hour),
        Sum: 120,
        Average: 15,
        Minimum: 5,
        Maximum: 30,
        SampleCount: 8,
        Unit: "Milliseconds",
      },
    ]);
  });

  it("have percentiles as long as every value is known", async () => {
    await put([
      { MetricName: "Latency", Timestamp: seconds(hour), Values: [1, 2, 3, 4] },
      { MetricName: "Latency", Timestamp: seconds(hour + 60_000), Values: [1, 2] },
      {
        MetricName: "Latency",
        Timestamp: seconds(hour + 60_000),
        StatisticValues: { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 },
      },
    ]);
    expect(await statistics({ ExtendedStatistics: ["p50", "p99.9"] })).toEqual([
      { Timestamp: seconds(hour), ExtendedStatistics: { p50: 2, "p99.9": 4 }, Unit: "None" },
      { Timestamp: seconds(hour + 60_000), ExtendedStatistics: {}, Unit: "None" },
    ]);
  });

  it("are metrics apart by dimensions, in whatever order these are given", async () => {
    const a = { Name: "A", Value: "1" };
    const b = { Name: "B", Value: "2" };
    const Timestamp = seconds(hour);
    await put([
      { MetricName: "Latency", Timestamp, Value: 1, Dimensions: [a, b] },
      { MetricName: "Latency", Timestamp, Value: 2, Dimensions: [b, a] },
      { MetricName: "Latency", Timestamp, Value: 4, Dimensions: [a] },
    ]);
    const sum = { Statistics: ["Sum"] };
    expect(await statistics({ ...sum, Dimensions: [b, a] })).toMatchObject([{ Sum: 3 }]);
    expect(await statistics({ ...sum, Dimensions: [a] })).toMatchObject([{ Sum: 4 }]);
    expect(await statistics(sum)).toEqual([]);
    const { Metrics } = await running.call("ListMetrics", { Dimensions: [{ Name: "B" }] });
    expect(Metrics).toEqual([{ Namespace: "App", MetricName: "Latency", Dimensions: [a, b] }]);
  });

  it("are kept by the second when that is asked for", async () => {
    const now = Math.floor(Date.now() / 1000) - 100;
    await put([
      { MetricName: "Latency", Timestamp: now, Value: 1, StorageResolution: 1 },
      { MetricName: "Latency", Timestamp: now + 1, Value: 2, StorageResolution: 1 },
    ]);
    const window = { StartTime: now, EndTime: now + 10, Period: 1, Statistics: ["Sum"] };
    expect(await statistics(window)).toMatchObject([
      { Timestamp: now, Sum: 1 },
      { Timestamp: now + 1, Sum: 2 },
    ]);
  });

  it("survive the runtime being killed, but for the last half second's", async () => {
    await put([{ MetricName: "Latency", Timestamp: seconds(hour), Value: 1 }]);
    await running.call("ListMetrics");
    const other = await startCloudWatch({ file: running.file });
    expect(await other.call("ListMetrics")).toMatchObject({ Metrics: [{ MetricName: "Latency" }] });
    await other.stop();
  });
});

describe("GetMetricData", () => {
  const latency = (Stat: string, Period = 60) => ({
    MetricStat: { Metric: { Namespace: "App", MetricName: "Latency" }, Period, Stat },
  });
  const get = (MetricDataQueries: unknown[], more: Record<string, unknown> = {}) =>
    running.call("GetMetricData", {
      MetricDataQueries,
      StartTime: seconds(hour),
      EndTime: seconds(hour + 600_000),
      ...more,
    });

  beforeEach(() =>
    put(
      [0, 1, 2].map((minute) => ({
        MetricName: "Latency",
        Timestamp: seconds(hour) + minute * 60,
        Value: minute + 1,
      })),
    ),
  );

  it("answers metrics and expressions, newest first", async () => {
    const answer = await get([
      { Id: "m1", ...latency("Sum"), ReturnData: false },
      { Id: "e1", Expression: "m1 * 10", Label: "tenfold" },
    ]);
    expect(answer).toEqual({
      MetricDataResults: [
        {
          Id: "e1",
          Label: "tenfold",
          Timestamps: [120, 60, 0].map((offset) => seconds(hour) + offset),
          Values: [30, 20, 10],
          StatusCode: "Complete",
        },
      ],
      Messages: [],
    });
  });

  it("goes over pages, and says where a series is cut", async () => {
    const queries = [{ Id: "m1", ...latency("Sum") }];
    const more = { MaxDatapoints: 2, ScanBy: "TimestampAscending" };
    const first = await get(queries, more);
    expect(first).toMatchObject({ MetricDataResults: [{ Values: [1, 2], StatusCode: "PartialData" }] });
    const second = await get(queries, { ...more, NextToken: first.NextToken });
    expect(second).toMatchObject({ MetricDataResults: [{ Values: [3], StatusCode: "Complete" }] });
    expect(second.NextToken).toBeUndefined();
    await expect(
      get([{ Id: "m2", ...latency("Sum") }], { ...more, NextToken: first.NextToken }),
    ).rejects.toMatchObject({
      name: "InvalidNextToken",
    });
  });

  it.each([
    ["an id that nobody has", [{ Id: "e1", Expression: "m7" }], "no query with the id m7"],
    [
      "a circle",
      [
        { Id: "a", Expression: "b" },
        { Id: "b", Expression: "a" },
      ],
      "refers to itself",
    ],
    ["a number in the place of a series", [{ Id: "e1", Expression: "1 + 1" }], "not come to a time series"],
    ["an id with a capital letter first", [{ Id: "M1", ...latency("Sum") }], "lower-case"],
    ["SEARCH", [{ Id: "e1", Expression: "SEARCH('x', 'Sum')" }], "SEARCH is not played"],
    ["trimmed means", [{ Id: "m1", ...latency("tm90") }], "tm90 is not played"],
    [
      "queries of other accounts",
      [{ Id: "m1", ...latency("Sum"), AccountId: "1" }],
      "AccountId is not played",
    ],
  ])("refuses %s", async (_what, queries, message) => {
    await expect(get(queries)).rejects.toThrow(message);
  });
});

describe("what PutMetricData refuses", () => {
  it.each([
    ["namespaces of AWS", [{ MetricName: "A", Value: 1 }], "AWS/SQS", "InvalidParameterValueException"],
    ["a datum without a value", [{ MetricName: "A" }], "App", "MissingRequiredParameterException"],
    [
      "two kinds of values",
      [{ MetricName: "A", Value: 1, Values: [1] }],
      "App",
      "InvalidParameterCombinationException",
    ],
    [
      "counts that do not match",
      [{ MetricName: "A", Values: [1], Counts: [1, 2] }],
      "App",
      "InvalidParameterValueException",
    ],
    [
      "more than 150 values",
      [{ MetricName: "A", Values: Array(151).fill(1) }],
      "App",
      "InvalidParameterValueException",
    ],
    ["values beyond 2^360", [{ MetricName: "A", Value: 2 ** 361 }], "App", "InvalidParameterValueException"],
    [
      "times of a month ago",
      [{ MetricName: "A", Value: 1, Timestamp: 1 }],
      "App",
      "InvalidParameterValueException",
    ],
    ["an unknown unit", [{ MetricName: "A", Value: 1, Unit: "Apples" }], "App", "ValidationError"],
    ["more than a thousand data", Array(1001).fill({ MetricName: "A", Value: 1 }), "App", "ValidationError"],
  ])("%s", async (_what, data, namespace, name) => {
    await expect(put(data, namespace)).rejects.toMatchObject({ name });
    expect(await running.call("ListMetrics")).toEqual({ Metrics: [] });
  });
});

describe("the protocols", () => {
  it("RPC v2 CBOR, with times as tags", async () => {
    await running.callCbor("PutMetricData", {
      Namespace: "App",
      MetricData: [{ MetricName: "Latency", Timestamp: new Date(hour), Value: 1.5 }],
    });
    const answer = await running.callCbor("GetMetricStatistics", {
      Namespace: "App",
      MetricName: "Latency",
      StartTime: new Date(hour),
      EndTime: new Date(hour + 60_000),
      Period: 60,
      Statistics: ["Sum"],
    });
    expect(answer).toMatchObject({ Datapoints: [{ Timestamp: { tag: 1, value: seconds(hour) }, Sum: 1.5 }] });
    await expect(running.callCbor("DeleteAlarms", { AlarmNames: ["none"] })).rejects.toMatchObject({
      name: "ResourceNotFound",
    });
  });

  it("the query protocol, with forms and XML", async () => {
    const stored = await running.query({
      Action: "PutMetricData",
      Namespace: "App",
      "MetricData.member.1.MetricName": "Latency",
      "MetricData.member.1.Value": "2",
      "MetricData.member.1.Timestamp": new Date(hour).toISOString(),
      "MetricData.member.1.Dimensions.member.1.Name": "A",
      "MetricData.member.1.Dimensions.member.1.Value": "<1>",
    });
    expect(stored.status).toBe(200);
    const listed = await running.query({ Action: "ListMetrics" });
    expect(listed.body).toContain("<Name>A</Name><Value>&lt;1&gt;</Value>");
    const read = await running.query({
      Action: "GetMetricStatistics",
      Namespace: "App",
      MetricName: "Latency",
      "Dimensions.member.1.Name": "A",
      "Dimensions.member.1.Value": "<1>",
      StartTime: new Date(hour).toISOString(),
      EndTime: new Date(hour + 60_000).toISOString(),
      Period: "60",
      "ExtendedStatistics.member.1": "p50",
    });
    expect(read.body).toContain("<entry><key>p50</key><value>2</value></entry>");
    const refused = await running.query({ Action: "DeleteAlarms", "AlarmNames.member.1": "none" });
    expect(refused).toMatchObject({
      status: 404,
      body: expect.stringContaining("<Code>ResourceNotFound</Code>"),
    });
  });

  it("compressed bodies, as SDKs send large ones, but none that unpack to more than 1 MB", async () => {
    const post = (body: unknown) =>
      fetch(running.endpoint, {
        method: "POST",
        headers: {
          "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
          "content-encoding": "gzip",
        },
        body: gzipSync(JSON.stringify(body)),
      });
    const MetricData = [{ MetricName: "Latency", Value: 1 }];
    expect((await post({ Namespace: "App", MetricData })).status).toBe(200);
    expect((await post({ Namespace: "x".repeat(2 ** 21), MetricData })).status).toBe(413);
  });

  it.each(["PutAnomalyDetector", "PutCompositeAlarm", "PutDashboard"])(
    "name %s, which is not played",
    async (operation) => {
      await expect(running.call(operation)).rejects.toThrow(`cloudwatch ${operation} is not played`);
    },
  );
});

describe("log events", () => {
  it("in the embedded metric format become metrics; others do not", async () => {
    running.cloudWatch.ingestLogEvents("/aws/lambda/f", "s", [
      { message: "START RequestId: 1" },
      {
        message: JSON.stringify({
          _aws: {
            Timestamp: hour,
            CloudWatchMetrics: [{ Namespace: "App", Dimensions: [[]], Metrics: [{ Name: "Latency" }] }],
          },
          Latency: [1, 2],
        }),
      },
    ]);
    expect(await statistics({ Statistics: ["Sum", "SampleCount"] })).toMatchObject([
      { Sum: 3, SampleCount: 2 },
    ]);
  });
});
