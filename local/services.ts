import { join } from "node:path";
import { type CloudAssembly, findDockerImage } from "./assembly/cloud-assembly.ts";
import { type AutoScaling, createAutoScaling } from "./autoscaling/create-autoscaling.ts";
import { type AutoScalingGroups, createAutoScalingGroups } from "./autoscaling-groups/groups.ts";
import { autoScalingGroupsService } from "./autoscaling-groups/wire.ts";
import type { Clock } from "./clock.ts";
import { cloudFormationService } from "./cloudformation/cloudformation-service.ts";
import { openStackStore, type StackStore } from "./cloudformation/stack-store.ts";
import { type CloudWatch, createCloudWatch, type Measurement } from "./cloudwatch/create-cloudwatch.ts";
import { autoScalingConnections, cloudWatchConnections } from "./connections/cloudwatch.ts";
import { sendRecord } from "./connections/deliver.ts";
import { eventBridgeConnections, publishObjectEvent } from "./connections/eventbridge.ts";
import { compileFilterPattern } from "./connections/filter-patterns.ts";
import type { Peers } from "./connections/peers.ts";
import { authorizerConnections, resolveSecret } from "./connections/permissions.ts";
import { queueReader } from "./connections/queue-reader.ts";
import { openDatabase } from "./database.ts";
import { createEcs, type Ecs } from "./ecs/create-ecs.ts";
import { createDockerEngine, type DockerConnection } from "./ecs/docker-engine/docker-engine.ts";
import type { ImageStore } from "./ecs/process-engine/image-store.ts";
import { FileSystems } from "./efs/file-systems.ts";
import { createLoadBalancers, type LoadBalancers } from "./elbv2/create-load-balancers.ts";
import { createMessaging, type Messaging } from "./embedded/messaging.ts";
import { createTables, type LocalTables } from "./embedded/tables.ts";
import { createEventBridge, type EventBridge } from "./eventbridge/eventbridge.ts";
import { createFaults, type Faults } from "./faults/faults.ts";
import type { GatewayHandlers } from "./gateway/gateway.ts";
import { createAuthorizer } from "./iam/authorizer.ts";
import { openDecisionFile } from "./iam/decision-file.ts";
import { authorizeFunctionRecord, topicRefusal } from "./iam/deliveries.ts";
import { createIam, type Iam } from "./iam/iam.ts";
import { unknownKey } from "./iam/principal.ts";
import { takeOnFunctionRole, takeOnTaskRole } from "./iam/workload-roles.ts";
import { createLambda, type Lambda } from "./lambda/create-lambda.ts";
import { createLogs, type Logs } from "./logs/create-logs.ts";
import { createS3, type S3Service } from "./s3/s3.ts";
import { createSecretsManager, type SecretsManager } from "./secretsmanager/create-secrets-manager.ts";
import { createSsm, type Ssm } from "./ssm/create-ssm.ts";
import { createSts } from "./sts/sts.ts";
import type { Realm } from "./wire/realm.ts";

export interface ServicesOptions {
  readonly realm: Realm;
  readonly clock: Clock;
  readonly assembly: CloudAssembly;
  /** State folder. */
  readonly directory: string;
  /** Runs tasks as containers of this engine instead of processes. */
  readonly docker?: DockerConnection | undefined;
  /** Seconds of the clock that the start of a Fargate task takes. @default 0 */
  readonly fargateStartSeconds?: number;
  readonly log: (line: string) => void;
  /** File that every decision on permissions is written to. @default none is */
  readonly iamRecord?: string | undefined;
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
  readonly cloudWatch: CloudWatch;
  readonly autoScaling: AutoScaling;
  readonly faults: Faults;
  readonly fileSystems: FileSystems;
  readonly autoScalingGroups: AutoScalingGroups;
  readonly gateway: GatewayHandlers;
  /** Begins to deliver events, run functions and start tasks; the template has been played by then. */
  start(): Promise<void>;
  /** Ends tasks, functions and deliveries. */
  stop(): Promise<void>;
  /** Closes what is on disk; call after `stop`. */
  close(): Promise<void>;
}

export async function createServices(options: ServicesOptions): Promise<Services> {
  const { realm, clock, directory, docker, log } = options;
  const database = openDatabase(directory);
  const endpoint = { AWS_ENDPOINT_URL: realm.endpoint };
  const peers = (): Peers => ({
    authorizer,
    autoScaling,
    autoScalingGroups,
    cloudWatch,
    ecs,
    eventBridge,
    faults,
    fileSystems,
    lambda,
    loadBalancers,
    logs,
    messaging,
    s3,
    secrets,
    ssm,
  });
  const putMetric = ({ namespace, name, dimensions, value, unit, timestamp }: Measurement) =>
    cloudWatch.put(namespace, name, dimensions, value, unit, timestamp);

  const cloudWatch = createCloudWatch({
    realm,
    database,
    clock,
    log,
    ...cloudWatchConnections(realm, clock, peers),
  });
  const autoScaling = createAutoScaling({ realm, database, clock, ...autoScalingConnections(peers) });
  const logs = createLogs({ realm, database, clock, log, onEvents: cloudWatch.ingestLogEvents });
  const iam = createIam(realm);
  const ssm = createSsm({ realm, database, clock });
  const fileSystems = new FileSystems(realm, join(directory, "efs"));
  const secrets = createSecretsManager({ realm, database, clock });
  const tables = await createTables({ realm, directory: join(directory, "dynamodb"), clock, log });
  const faults = createFaults({
    database,
    clock,
    tasks: {
      interruptSpot: (taskArn) => ecs.interruptSpot(taskArn),
      killTask: (taskArn) => ecs.killTask(taskArn),
      running: () => ecs.running(),
    },
    killInstance: (ec2InstanceId) => autoScalingGroups.killInstance(ec2InstanceId),
    showAgain: (queueArn, receiptHandle) => messaging.changeVisibility(queueArn, receiptHandle, 0),
  });
  const decisions = options.iamRecord === undefined ? undefined : openDecisionFile(options.iamRecord);
  const authorizer = createAuthorizer({
    roles: iam.roles,
    sessions: iam.sessions,
    log,
    record: decisions?.record,
    ...authorizerConnections(realm, log, peers),
  });
  const messaging = await createMessaging({
    realm,
    directory: join(directory, "messaging"),
    outbox: join(directory, "outbox"),
    onReceived: (queueArn, messages) => faults.onReceived(queueArn, messages),
    invokeFunction: async (functionArn, event) => {
      lambda.invokeAsync(functionArn, JSON.stringify(event));
    },
    refusal: (delivery) => topicRefusal(authorizer, delivery),
    log,
  });
  const eventBridge = createEventBridge({
    realm,
    database,
    clock,
    log: (message, fields) => log(`events: ${message} ${JSON.stringify(fields)}`),
    ...eventBridgeConnections(clock, peers),
  });
  const s3 = createS3({
    realm,
    database,
    directory: join(directory, "s3"),
    clock,
    log,
    secretFor: iam.secretOf,
    onEvent: publishObjectEvent(peers),
  });
  const lambda = createLambda({
    realm,
    database,
    clock,
    directory: join(directory, "lambda"),
    logs,
    credentials: iam,
    environment: endpoint,
    send: async (destinationArn, body, { sender, messageAttributes = {} }) => {
      authorizeFunctionRecord(authorizer, sender, destinationArn);
      const invokeAsync = (functionArn: string, payload: string) =>
        void lambda.invokeAsync(functionArn, payload);
      await sendRecord(destinationArn, body, messageAttributes, { messaging, invokeAsync });
    },
    refusal: authorizer.roleRefusal,
    takeOn: (roleArn) => takeOnFunctionRole(authorizer, roleArn),
    queues: queueReader(messaging),
    compilePattern: compileFilterPattern,
    onMetric: ({ functionName, ...metric }) =>
      putMetric({ ...metric, namespace: "AWS/Lambda", dimensions: { FunctionName: functionName } }),
    log,
  });
  const loadBalancers = createLoadBalancers({
    realm,
    clock,
    log,
    onMetric: putMetric,
    onTargetHealth: (targetGroupArn) => ecs.targetHealthChanged(targetGroupArn),
  });
  const images: ImageStore = {
    resolve: (imageUri) => {
      const asset = findDockerImage(options.assembly, imageUri);
      return asset && { ...asset, contextDirectory: asset.directory };
    },
  };
  const autoScalingGroups = createAutoScalingGroups({
    realm,
    database,
    clock,
    onInService: (registration) => void ecs.registerInstance(registration),
    drain: (ec2InstanceId) => ecs.drainInstance(ec2InstanceId),
    onTerminated: (ec2InstanceId) => void ecs.loseInstance(ec2InstanceId),
    log,
  });
  const ecs = createEcs({
    realm,
    database,
    clock,
    directory: join(directory, "ecs"),
    images,
    ...(docker && {
      engine: createDockerEngine({ images, connection: docker, directory: join(directory, "ecs"), log }),
    }),
    logs,
    credentials: iam,
    secrets: {
      resolve: (valueFrom, roleArn, sessionName) =>
        resolveSecret(realm, peers, { valueFrom, roleArn, sessionName }),
    },
    refusal: authorizer.roleRefusal,
    takeOn: (roleArn) => takeOnTaskRole(authorizer, realm, roleArn),
    fileSystems,
    publish: (event) => {
      eventBridge.publish(event);
      faults.onEcsEvent(event);
    },
    faults,
    instanceGroups: autoScalingGroups,
    fargateStartSeconds: options.fargateStartSeconds ?? 0,
    targetHealth: (targetGroupArn, { host, port }) =>
      loadBalancers
        .targetHealth(targetGroupArn)
        .find((target) => target.host === host && target.port === port)?.state,
    registerTargets: loadBalancers.registerTargets,
    deregisterTargets: (targetGroupArn, targets) => {
      void loadBalancers.deregisterTargets(targetGroupArn, targets);
    },
    taskEnvironment: endpoint,
    onMetric: putMetric,
    log,
  });
  const stacks = openStackStore(database);

  return {
    ...{
      stacks,
      s3,
      tables,
      messaging,
      eventBridge,
      lambda,
      ecs,
      logs,
      ssm,
      secrets,
      iam,
      loadBalancers,
      cloudWatch,
      autoScaling,
      faults,
      autoScalingGroups,
      fileSystems,
    },
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
        cloudWatch.service,
        autoScaling.service,
        autoScalingGroupsService(autoScalingGroups),
        createSts({ realm, roles: iam.roles, sessions: iam.sessions, record: decisions?.record }),
        cloudFormationService({ store: stacks, realm }),
      ],
      identify: iam.identify,
      identifySigner: iam.identifySigner,
      authorize: authorizer.call,
      unknownKey,
      intercept: faults.intercept,
      internal: (request, response) => ecs.agent(request, response) || faults.http(request, response),
    },
    async start() {
      decisions?.grants(iam.roles);
      authorizer.explain();
      await loadBalancers.start();
      eventBridge.start();
      lambda.start();
      await ecs.start();
      autoScalingGroups.start();
      cloudWatch.start();
      autoScaling.start();
    },
    async stop() {
      faults.stop();
      autoScalingGroups.stop();
      autoScaling.stop();
      cloudWatch.stop();
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
      cloudWatch.close();
      database.close();
    },
  };
}
