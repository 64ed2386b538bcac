import type { WithoutEffect } from "./service-support.ts";

/** Settings that are taken and shown, and change nothing here: what they decide does not exist on one machine. */
export const WITHOUT_EFFECT: readonly WithoutEffect[] = [
  {
    where: "AWS::DynamoDB::Table",
    setting: "PointInTimeRecoverySpecification",
    why: "reported by DescribeContinuousBackups; there is nothing to restore from",
  },
  { where: "AWS::DynamoDB::Table", setting: "SSESpecification", why: "items are not encrypted" },
  { where: "AWS::DynamoDB::Table", setting: "TableClass", why: "it decides cost alone" },
  {
    where: "AWS::DynamoDB::Table",
    setting: "BillingMode, ProvisionedThroughput",
    why: "reported; calls are not throttled",
  },
  {
    where: "AWS::ECS::Cluster",
    setting: "ClusterSettings containerInsights",
    why: "shown; no Container Insights metrics",
  },
  {
    where: "AWS::ECS::TaskDefinition",
    setting: "Cpu of tasks and containers",
    why: "processes have no CPU shares or quotas; with `--engine docker` containers have them",
  },
  {
    where: "AWS::ECS::TaskDefinition",
    setting: "MemoryReservation of Fargate tasks",
    why: "it decides placement on container instances alone",
  },
  {
    where: "AWS::ECS::TaskDefinition",
    setting: "EphemeralStorage",
    why: "its bounds are checked; a task may fill the disk",
  },
  {
    where: "AWS::ECS::TaskDefinition",
    setting: "User, ReadonlyRootFilesystem, LinuxParameters, MountPoints ReadOnly",
    why: "a process keeps the runtime's user, and is not isolated; with `--engine docker` containers are",
  },
  {
    where: "AWS::ECS::TaskDefinition",
    setting: "permissions of Volumes without EFS",
    why: "every user may write; on ECS they are root's unless the image declares the path by VOLUME",
  },
  {
    where: "AWS::ECS::TaskDefinition",
    setting: "RuntimePlatform",
    why: "processes run on this machine's own",
  },
  {
    where: "AWS::ECS::TaskDefinition",
    setting: "awslogs mode, max-buffer-size",
    why: "the runtime takes all output, so that none is dropped and none blocks",
  },
  {
    where: "AWS::ECS::Service, RunTask",
    setting: "NetworkConfiguration, AssignPublicIp, PlatformVersion",
    why: "the machine's loopback interface is the network",
  },
  {
    where: "AWS::ECS::Service, RunTask",
    setting: "EnableExecuteCommand, AvailabilityZoneRebalancing",
    why: "shown; there is no session manager, and tasks are not moved between zones",
  },
  {
    where: "AWS::EC2::LaunchTemplate",
    setting: "all but InstanceType, ImageId and UserData",
    why: "no machine boots: there are no disks, security groups, metadata service or instance profile",
  },
  {
    where: "AWS::EC2::LaunchTemplate",
    setting: "UserData but for ECS_CLUSTER, ECS_RESERVED_MEMORY and ECS_INSTANCE_ATTRIBUTES",
    why: "no script runs: no CloudWatch agent reports, and the ECS agent's other settings decide nothing",
  },
  {
    where: "AWS::AutoScaling::AutoScalingGroup",
    setting:
      "MaxInstanceLifetime, MetricsCollection, HealthCheckGracePeriod, Cooldown, DefaultInstanceWarmup",
    why: "instances do not age, and nothing but managed scaling scales the group",
  },
  {
    where: "AWS::EFS::FileSystem",
    setting: "Encrypted, KmsKeyId, PerformanceMode, ThroughputMode, LifecyclePolicies, BackupPolicy",
    why: "a file system is a folder of this machine",
  },
  {
    where: "AWS::EFS::MountTarget",
    setting: "SubnetId, SecurityGroups",
    why: "the machine's loopback interface is the network",
  },
  {
    where: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    setting: "Scheme, Subnets, SecurityGroups, IpAddressType",
    why: "listeners are on the loopback interface",
  },
  {
    where: "AWS::ElasticLoadBalancingV2::Listener",
    setting: "Certificates, SslPolicy",
    why: "HTTPS listeners answer in plain HTTP",
  },
  {
    where: "AWS::KMS::Key",
    setting: "KeyPolicy, EnableKeyRotation and what refers to the key",
    why: "nothing is encrypted here, so that no key is used or refused; KMS itself does not answer",
  },
  {
    where: "AWS::Lambda::Function",
    setting: "VpcConfig, TracingConfig, EphemeralStorage",
    why: "named in the log at start; shown by GetFunctionConfiguration",
  },
  { where: "AWS::Lambda::Function", setting: "Architectures", why: "functions run on this machine's own" },
  { where: "AWS::S3::Bucket", setting: "LifecycleConfiguration", why: "kept and shown; no object expires" },
  { where: "AWS::S3::Bucket", setting: "LoggingConfiguration", why: "no access logs are written" },
  { where: "AWS::S3::Bucket", setting: "BucketEncryption", why: "reported; bytes are kept as they are" },
  {
    where: "AWS::SQS::Queue",
    setting: "SqsManagedSseEnabled",
    why: "reported; messages are kept as they are",
  },
];
