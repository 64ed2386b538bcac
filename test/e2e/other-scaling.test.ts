import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CfnScalableTarget, CfnScalingPolicy } from "aws-cdk-lib/aws-applicationautoscaling";
import { afterEach, expect, it } from "vitest";
import type { LongshoreStack } from "../../infra/longshore-stack.ts";
import { pipelines } from "../../infra/pipelines.ts";
import { type Runtime, startRuntime } from "../../local/runtime.ts";
import { adminClients } from "./support/clients.ts";
import { temporaryState } from "./support/longshore-process.ts";
import { synthesizePipelines } from "./support/synthesize-pipelines.ts";
import { until } from "./support/until.ts";

/** A minute of alarms and schedules passes in a second. */
const SPEED = 60;
const PATIENCE_MS = 120_000;
const TEST_MS = 400_000;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(
  name: string,
  settings: Readonly<Record<string, unknown>>,
  change: (stack: LongshoreStack) => void,
): Promise<Runtime> {
  const assembly = synthesizePipelines(name, pipelines, settings, change);
  cleanUps.push(assembly.remove);
  const state = temporaryState();
  cleanUps.push(state.remove);
  const runtime = await startRuntime({
    ...{ assembly: assembly.directory, state: state.path, speed: SPEED },
    ...{ port: 0, consolePort: 0, log: () => {} },
  });
  cleanUps.push(() => runtime.stop());
  return runtime;
}

/** How many workers the service is to have. */
async function desired({ endpoint, outputs }: Runtime): Promise<number> {
  const { services } = await adminClients(endpoint).ecs.send(
    new DescribeServicesCommand({
      cluster: outputs.ClusterName,
      services: [outputs.WorkerServiceName ?? expect.fail("no output WorkerServiceName")],
    }),
  );
  return services?.[0]?.desiredCount ?? -1;
}

function scalingOf({ endpoint, outputs, region }: Runtime) {
  const client = new ApplicationAutoScalingClient({
    ...{ endpoint, region },
    credentials: { accessKeyId: "admin", secretAccessKey: "admin" },
  });
  const resource = `service/${outputs.ClusterName}/${outputs.WorkerServiceName}`;
  return {
    minimum: async () => {
      const { ScalableTargets } = await client.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs", ResourceIds: [resource] }),
      );
      return ScalableTargets?.[0]?.MinCapacity;
    },
    causes: async () => {
      const { ScalingActivities = [] } = await client.send(
        new DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs", ResourceId: resource }),
      );
      return ScalingActivities.map(({ Cause }) => Cause ?? "");
    },
  };
}

/** Few machines of tests are busy to the 70 % of a deployment: a target that any work is above. */
function setTarget(percent: number): (stack: LongshoreStack) => void {
  return ({ workers }) => {
    const policies = workers.scaling.node.findAll().filter((child) => child instanceof CfnScalingPolicy);
    const tracking = policies.find(({ policyType }) => policyType === "TargetTrackingScaling");
    tracking?.addPropertyOverride("TargetTrackingScalingPolicyConfiguration.TargetValue", percent);
  };
}

it(
  "with workerScaling cpu, workers are added while those that there are compute, and go when they do not",
  async () => {
    const settings = { workerScaling: "cpu", minWorkers: 1, maxWorkers: 2, maximumBurst: 0 };
    const runtime = await start("by-cpu", settings, setTarget(5));
    const { s3 } = adminClients(runtime.endpoint);
    let uploads = 0;
    await until(
      "a worker is added",
      async () => {
        const some = Array.from({ length: 10 }, () => `k\n${uploads++}\n`);
        await Promise.all(
          some.map((Body, index) =>
            s3.send(
              new PutObjectCommand({
                Bucket: runtime.outputs.UploadsBucket,
                Key: `${uploads}-${index}.csv`,
                Body,
              }),
            ),
          ),
        );
        return (await desired(runtime)) === 2;
      },
      PATIENCE_MS,
    );
    await until("it goes again", async () => (await desired(runtime)) === 1, PATIENCE_MS);
    const causes = await scalingOf(runtime).causes();
    expect(causes.some((cause) => /AlarmHigh.* triggered policy/.test(cause))).toBe(true);
    expect(causes.some((cause) => /AlarmLow.* triggered policy/.test(cause))).toBe(true);
  },
  TEST_MS,
);

it(
  "with workingHours there is a floor from their beginning to their end, and with workerScaling memory more above it",
  async () => {
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000);
    const [begin, end] = [at(6), at(26)];
    const cron = (time: Date) => `cron(${time.getUTCMinutes()} ${time.getUTCHours()} * * ? *)`;
    const settings = {
      ...{ workerScaling: "memory", minWorkers: 0, maxWorkers: 3, maximumBurst: 0 },
      workingHours: "8-18:2:UTC",
    };
    const runtime = await start("by-memory", settings, (stack) => {
      setTarget(1)(stack);
      const target = stack.workers.scaling.target.node.findChild("Resource");
      if (!(target instanceof CfnScalableTarget)) expect.fail("no scalable target");
      expect(stack.resolve(target.scheduledActions)).toMatchObject([
        { schedule: "cron(0 8 ? * MON-FRI *)", timezone: "UTC", scalableTargetAction: { minCapacity: 2 } },
        { schedule: "cron(0 18 ? * MON-FRI *)", scalableTargetAction: { minCapacity: 0 } },
      ]);
      // Soon, on whatever day it is.
      target.addPropertyOverride("ScheduledActions.0.Schedule", cron(begin));
      target.addPropertyOverride("ScheduledActions.1.Schedule", cron(end));
    });
    const { minimum, causes } = scalingOf(runtime);
    const ran = (action: string) => async () => (await causes()).some((cause) => cause.includes(action));
    await until("the floor is there", ran("WorkingHoursBegin"), PATIENCE_MS);
    await until("its workers are wanted", ran("minimum capacity was set to 2"), PATIENCE_MS);
    await until("their memory asks for another", async () => (await desired(runtime)) === 3, PATIENCE_MS);
    await until("the floor is gone", ran("WorkingHoursEnd"), PATIENCE_MS);
    expect(await minimum()).toBe(0);
    const told = await causes();
    expect(told.some((cause) => /AlarmHigh.* triggered policy/.test(cause))).toBe(true);
  },
  TEST_MS,
);
