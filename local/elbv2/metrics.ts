/** One value of a CloudWatch metric in the namespace AWS/ApplicationELB. */
export interface MetricDatum {
  readonly namespace: "AWS/ApplicationELB";
  readonly name: string;
  readonly value: number;
  readonly unit: "Count" | "Seconds";
  readonly dimensions: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, in the runtime's time. */
  readonly timestamp: number;
}

/** What metrics need to know of one finished request. */
export interface RequestRecord {
  /** `app/<name>/<id>`. */
  readonly loadBalancer: string;
  /** `targetgroup/<name>/<id>`, when a target was chosen. */
  readonly targetGroup?: string;
  readonly status: number;
  readonly answeredBy: "target" | "load-balancer";
  readonly targetSeconds?: number | undefined;
  /** Targets of the group that were healthy when one was chosen. */
  readonly healthyTargets?: number;
}

type Measure = readonly [name: string, value: number, unit?: MetricDatum["unit"]];

/**
 * The metrics of one request. Source: Elastic Load Balancing user guide, "CloudWatch metrics for your
 * Application Load Balancer".
 */
export function requestMetrics(record: RequestRecord, timestamp: number): MetricDatum[] {
  const class_ = `${Math.floor(record.status / 100)}XX`;
  const side = record.answeredBy === "target" ? "Target" : "ELB";
  const measures: Measure[] = [
    ["RequestCount", 1],
    [`HTTPCode_${side}_${class_}_Count`, 1],
  ];
  if (side === "ELB" && [500, 502, 503, 504].includes(record.status)) {
    measures.push([`HTTPCode_ELB_${record.status}_Count`, 1]);
  }
  if (record.targetSeconds !== undefined) {
    measures.push(["TargetResponseTime", record.targetSeconds, "Seconds"]);
  }
  const datum =
    (dimensions: Record<string, string>) =>
    ([name, value, unit = "Count"]: Measure): MetricDatum => ({
      namespace: "AWS/ApplicationELB",
      name,
      value,
      unit,
      dimensions,
      timestamp,
    });
  const LoadBalancer = record.loadBalancer;
  if (record.targetGroup === undefined) return measures.map(datum({ LoadBalancer }));
  const TargetGroup = record.targetGroup;
  // Its sum over a minute is the average of the group's targets.
  const perTarget: Measure = ["RequestCountPerTarget", 1 / Math.max(1, record.healthyTargets ?? 1)];
  return [
    ...measures.map(datum({ LoadBalancer })),
    ...[...measures.filter(([name]) => !name.startsWith("HTTPCode_ELB")), perTarget].map(
      datum({ LoadBalancer, TargetGroup }),
    ),
    datum({ TargetGroup })(perTarget),
  ];
}

/** How many targets of a group are fit, as reported once a minute for each load balancer that uses it. */
export function hostCountMetrics(
  counts: { readonly healthy: number; readonly unhealthy: number },
  names: { readonly loadBalancer: string; readonly targetGroup: string },
  timestamp: number,
): MetricDatum[] {
  return Object.entries({ HealthyHostCount: counts.healthy, UnHealthyHostCount: counts.unhealthy }).map(
    ([name, value]) => ({
      namespace: "AWS/ApplicationELB",
      name,
      value,
      unit: "Count",
      dimensions: { LoadBalancer: names.loadBalancer, TargetGroup: names.targetGroup },
      timestamp,
    }),
  );
}
