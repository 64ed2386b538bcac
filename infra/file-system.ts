import { RemovalPolicy } from "aws-cdk-lib";
import type { IConnectable, ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import {
  type AccessPoint,
  FileSystem,
  type LifecyclePolicy,
  OutOfInfrequentAccessPolicy,
  ThroughputMode,
} from "aws-cdk-lib/aws-efs";
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct, type IDependable } from "constructs";
import type { Config } from "./config.ts";
import type { Task } from "./task-definition.ts";

export interface SharedFileSystemProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** Of the tasks that mount it. */
  readonly clients: ISecurityGroup;
  readonly config: Config;
}

/** The user that the images of `containers/` run as. */
const NODE_USER = "1000";
const CHECKPOINTS_MOUNT = "/mnt/checkpoints";
const UPLOADS_MOUNT = "/mnt/uploads";

/**
 * One EFS file system for what tasks leave to the tasks after them. It is reached over TLS alone, by task roles that may
 * mount an access point, one for each use, and by nobody else.
 */
export class SharedFileSystem extends Construct {
  /** To wait for before a task is started. */
  readonly available: IDependable;
  readonly #fileSystem: FileSystem;
  readonly #checkpoints: AccessPoint;
  readonly #uploads: AccessPoint;

  constructor(scope: Construct, id: string, { vpc, subnets, clients, config }: SharedFileSystemProps) {
    super(scope, id);
    this.#fileSystem = new FileSystem(this, "FileSystem", {
      vpc,
      vpcSubnets: subnets,
      encrypted: true,
      throughputMode: ThroughputMode.ELASTIC,
      lifecyclePolicy: `AFTER_${config.efsInfrequentAfterDays}_DAYS` as LifecyclePolicy,
      outOfInfrequentAccessPolicy: OutOfInfrequentAccessPolicy.AFTER_1_ACCESS,
      enableAutomaticBackups: config.efsBackup === "on",
      removalPolicy: config.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      // With any policy, who says nothing of himself is refused; what roles may do, their own policies say. CDK's own
      // way to keep strangers out would let every role that may mount it write as well.
      allowAnonymousAccess: true,
      fileSystemPolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: "TlsOnly",
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: ["*"],
            conditions: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ],
      }),
    });
    this.#fileSystem.connections.allowDefaultPortFrom(clients, "Tasks mount it");
    this.available = this.#fileSystem.mountTargetsAvailable;
    const accessPoint = (name: string, path: string) =>
      this.#fileSystem.addAccessPoint(name, {
        path,
        createAcl: { ownerUid: NODE_USER, ownerGid: NODE_USER, permissions: "750" },
        posixUser: { uid: NODE_USER, gid: NODE_USER },
      });
    this.#checkpoints = accessPoint("Checkpoints", "/checkpoints");
    this.#uploads = accessPoint("Uploads", "/uploads");
  }

  /** Lets a service that has a security group of its own reach it. */
  allowFrom(service: IConnectable, description: string): void {
    this.#fileSystem.connections.allowDefaultPortFrom(service, description);
  }

  /** Mounts what unfinished jobs have saved, and tells the container where. */
  mountCheckpoints(task: Task): void {
    this.mount(task, "checkpoints", this.#checkpoints, CHECKPOINTS_MOUNT);
    task.container.addEnvironment("LONGSHORE_CHECKPOINT_DIR", CHECKPOINTS_MOUNT);
  }

  /** Mounts what is known of uploads in parts, and tells the container where. */
  mountUploads(task: Task): void {
    this.mount(task, "uploads", this.#uploads, UPLOADS_MOUNT);
    task.container.addEnvironment("UPLOAD_STAGING", UPLOADS_MOUNT);
  }

  private mount(
    { definition, container }: Task,
    name: string,
    accessPoint: AccessPoint,
    containerPath: string,
  ): void {
    const { fileSystemId, fileSystemArn } = this.#fileSystem;
    const { accessPointId, accessPointArn } = accessPoint;
    definition.addVolume({
      name,
      efsVolumeConfiguration: {
        fileSystemId,
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId, iam: "ENABLED" },
      },
    });
    container.addMountPoints({
      containerPath,
      sourceVolume: name,
      readOnly: false,
    });
    definition.taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        resources: [fileSystemArn],
        conditions: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn } },
      }),
    );
  }
}
