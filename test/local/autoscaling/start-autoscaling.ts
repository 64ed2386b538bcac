import { alarmReport } from "../../../local/autoscaling/alarm-report.ts";
import {
  type AutoScaling,
  type Capacity,
  createAutoScaling,
} from "../../../local/autoscaling/create-autoscaling.ts";
import type { Clock } from "../../../local/clock.ts";
import type { AlarmEvent } from "../../../local/cloudwatch/create-cloudwatch.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../../local/wire/realm.ts";
import { type Answer, type RunningCloudWatch, startCloudWatch } from "../cloudwatch/start-cloudwatch.ts";
import { startEndpoint } from "../embedded/serve.ts";

export interface RunningAutoScaling {
  readonly autoScaling: AutoScaling;
  readonly cloudWatch: RunningCloudWatch;
  /** Changes of alarms that went to the bus. */
  readonly events: AlarmEvent[];
  /** The service `service/c/s`; its tasks run as soon as they are wanted. */
  readonly service: { desired: number; running: number };
  /** Desired counts that were set, in order. */
  readonly set: number[];
  /** Calls an operation; a refusal is thrown as an Error named after the error's code. */
  call(operation: string, input?: Record<string, unknown>): Promise<Answer>;
  stop(): Promise<void>;
}

export const TARGET = {
  ServiceNamespace: "ecs",
  ScalableDimension: "ecs:service:DesiredCount",
  ResourceId: "service/c/s",
};

/** Application Auto Scaling behind a real endpoint, with CloudWatch and one service beside it. */
export async function startAutoScaling(
  clock: Clock,
  sample?: (put: Put, atMs: number) => void,
): Promise<RunningAutoScaling> {
  const service = { desired: 1, running: 1 };
  const set: number[] = [];
  const events: AlarmEvent[] = [];
  const cloudWatch = await startCloudWatch({
    clock,
    publish: (event) => events.push(event),
    act: (actionArn, alarm, { to }) => autoScaling.onAlarm(actionArn, alarmReport(alarm, to)),
    sample: (atMs) => sample?.(cloudWatch.cloudWatch.put, atMs),
  });
  const endpoint = await startEndpoint();
  const autoScaling = createAutoScaling({
    realm: { partition: "aws", accountId: LOCAL_ACCOUNT_ID, region: LOCAL_REGION, endpoint: "" },
    database: cloudWatch.database,
    clock,
    describeService: (resourceId): Capacity | undefined =>
      resourceId === TARGET.ResourceId ? service : undefined,
    setDesiredCount: (_resourceId, count) => {
      set.push(count);
      Object.assign(service, { desired: count, running: count });
    },
    alarms: {
      put: cloudWatch.cloudWatch.putAlarm,
      delete: cloudWatch.cloudWatch.deleteAlarm,
      describe: (name) => {
        const alarm = cloudWatch.cloudWatch.describeAlarm(name);
        return alarm && alarmReport(alarm);
      },
    },
  });
  endpoint.use(autoScaling.service);
  cloudWatch.cloudWatch.start();
  autoScaling.start();
  return {
    autoScaling,
    cloudWatch,
    events,
    service,
    set,
    async call(operation, input = {}) {
      const response = await fetch(endpoint.realm.endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AnyScaleFrontendService.${operation}`,
        },
        body: JSON.stringify(input),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (!response.ok) {
        throw Object.assign(new Error(String(answer.message)), { name: String(answer.__type) });
      }
      return answer;
    },
    async stop() {
      autoScaling.stop();
      await endpoint.stop();
      await cloudWatch.stop();
    },
  };
}

export type Put = RunningCloudWatch["cloudWatch"]["put"];
