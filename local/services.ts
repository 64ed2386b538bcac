import { join } from "node:path";
import { type CloudAssembly, findDockerImage } from "./assembly/cloud-assembly.ts";
import type { Clock } from "./clock.ts";
import { cloudFormationService } from "./cloudformation/cloudformation-service.ts";
import { openStackStore, type StackStore } from "./cloudformation/stack-store.ts";
import { openDatabase } from "./database.ts";
import { deliverToTarget, sendRecord } from "./deliver.ts";
import { createEcs, type Ecs } from "./ecs/create-ecs.ts";
import { createLoadBalancers, type LoadBalancers } from "./elbv2/create-load-balancers.ts";
import { createMessaging, type Messaging } from "./embedded/messaging.ts";
import { createTables, type LocalTables } from "./embedded/tables.ts";
import { createEventBridge, type EventBridge } from "./eventbridge/eventbridge.ts";
import type { GatewayHandlers } from "./gateway/gateway.ts";
import { createIam, type Iam } from "./iam/iam.ts";
import { createLambda, type Lambda } from "./lambda/create-lambda.ts";
import { createLogs, type Logs } from "./logs/create-logs.ts";
import { queueReader } from "./queue-reader.ts";
import { runTaskForRule } from "./run-task-target.ts";
import { createS3, type S3Service } from "./s3/s3.ts";
import { createSecretsManager, type SecretsManager } from "./secretsmanager/create-secrets-manager.ts";
import { createSsm, type Ssm } from "./ssm/create-ssm.ts";
import { createSts } from "./sts/sts.ts";
import { NotPlayedError } from "./wire/aws-error.ts";
import type { Realm } from "./wire/realm.ts";

export interface ServicesOptions {
  readonly realm: Realm;
  readonly clock: Clock;
  readonly assembly: CloudAssembly;
  /** State folder. */
  readonly directory: string;
  readonly log: (line: string) => void;
}

/** Every service of the runtime, wired to the others. */
export interface Services {
  readonly stacks: StackStore;
  readonly s3: S3Service;
  readonly tables: LocalTables;
  readonly messaging: Messaging;
  readonly eventBridge: EventBridge;
  readonly lambda: Lambda;
  readonly ecs: Ecs;
  readonly logs: Logs;
  readonly ssm: Ssm;
  readonly secrets: SecretsManager;
  readonly iam: Iam;
  readonly loadBalancers: LoadBalancers;
  readonly gateway: GatewayHandlers;
  /** Begins to deliver events, run functions and start tasks; the template has been played by then. */
  start(): Promise<void>;
  /** Ends tasks, functions and deliveries. */
  stop(): Promise<void>;
  /** Closes what is on disk; call after `stop`. */
  close(): Promise<void>;
}

export async function createServices(options: ServicesOptions): Promise<Services> {
  const { realm, clock, directory, log } = options;
  const database = openDatabase(directory);
  const endpoint = { AWS_ENDPOINT_URL: realm.endpoint };

  const logs = createLogs({ realm, database, clock, log });
  const iam = createIam(realm);
  const ssm = createSsm({ realm, database, clock });
  const secrets = createSecretsManager({ realm, database, clock });
  const tables = await createTables({ realm, directory: join(directory, "dynamodb"), clock, log });
  const messaging = await createMessaging({
    realm,
    directory: join(directory, "messaging"),
    outbox: join(directory, "outbox"),
    invokeFunction: async (functionArn, event) => {
      lambda.invokeAsync(functionArn, JSON.stringify(event));
    },
    log,
  });
  const invokeAsync = (functionArn: string, payload: string) => void lambda.invokeAsync(functionArn, payload);
  const eventBridge = createEventBridge({
    realm,
    database,
    clock,
    log: (message, fields) => log(`events: ${message} ${JSON.stringify(fields)}`),
    deliver: (request) =>
      deliverToTarget(request, {
        messaging,
        invokeAsync,
        runTask: async (target) => runTaskForRule(ecs, target),
        writeLog: (groupArn, message) => {
          const [group = ""] = groupArn.split(":log-group:")[1]?.split(":") ?? [];
          logs.write(group, request.deliveryId, [{ timestamp: clock.now(), message }]);
        },
      }),
    deadLetter: (queueArn, body, attributes) =>
      sendRecord(queueArn, body, { ...attributes }, { messaging, invokeAsync }),
  });
  const s3 = createS3({
    realm,
    database,
    directory: join(directory, "s3"),
    clock,
    log,
    onEvent: ({ detailType, time, region, account, resources, detail }) => {
      eventBridge.publish({
        source: "aws.s3",
        "detail-type": detailType,
        time: new Date(time).toISOString().replace(/\.\d+Z$/, "Z"),
        region,
        account,
        resources,
        detail: { ...detail },
      });
    },
  });
  const lambda = createLambda({
    realm,
    database,
    clock,
    directory: join(directory, "lambda"),
    logs,
    credentials: iam,
    environment: endpoint,
    send: (destinationArn, body, { messageAttributes = {} }) =>
      sendRecord(destinationArn, body, messageAttributes, { messaging, invokeAsync }),
    queues: queueReader(messaging),
    log,
  });
  const loadBalancers = createLoadBalancers({ realm, clock, log });
  const ecs = createEcs({
    realm,
    database,
    clock,
    directory: join(directory, "ecs"),
    images: {
      resolve: (imageUri) => {
        const asset = findDockerImage(options.assembly, imageUri);
        return asset && { ...asset, contextDirectory: asset.directory };
      },
    },
    logs,
    credentials: iam,
    secrets: {
      resolve: async (valueFrom) => resolveSecret(valueFrom, { ssm, secrets }),
    },
    publish: (event) => void eventBridge.publish(event),
    registerTargets: loadBalancers.registerTargets,
    deregisterTargets: (targetGroupArn, targets) => {
      void loadBalancers.deregisterTargets(targetGroupArn, targets);
    },
    taskEnvironment: endpoint,
    log,
  });
  const stacks = openStackStore(database);

  return {
    ...{ stacks, s3, tables, messaging, eventBridge, lambda, ecs, logs, ssm, secrets, iam, loadBalancers },
    gateway: {
      services: [
        s3,
        tables.dynamodb,
        messaging.sqs,
        messaging.sns,
        eventBridge.service,
        lambda.service,
        ecs.service,
        logs.service,
        ssm.service,
        secrets.service,
        loadBalancers.service,
        createSts({ realm, roles: iam.roles, sessions: iam.sessions }),
        cloudFormationService({ store: stacks, realm }),
      ],
      identify: iam.identify,
      internal: (request, response) => ecs.agent(request, response),
    },
    async start() {
      await loadBalancers.start();
      eventBridge.start();
      lambda.start();
      await ecs.start();
    },
    async stop() {
      await ecs.stop();
      await lambda.stop();
      await eventBridge.stop();
      await loadBalancers.stop();
    },
    async close() {
      s3.close();
      messaging.stop();
      await tables.stop();
      await logs.stop();
      database.close();
    },
  };
}

/** The value behind a task definition's `ValueFrom`. @throws Error naming it when there is none */
function resolveSecret(valueFrom: string, { ssm, secrets }: Pick<Services, "ssm" | "secrets">): string {
  // arn:aws:secretsmanager:<region>:<account>:secret:<name>:<json key>:<stage>:<version>
  const parts = valueFrom.split(":");
  const isSecret = parts[2] === "secretsmanager";
  const [jsonKey, stage, version] = parts.slice(7);
  if (version) throw new NotPlayedError(`ecs secrets with a version id (${valueFrom})`);
  const value = isSecret
    ? secrets.value(parts.slice(0, 7).join(":"), jsonKey || undefined, stage || undefined)
    : ssm.get(valueFrom);
  if (value === undefined) throw new Error(`ResourceNotFoundException: ${valueFrom} does not exist`);
  return value;
}
