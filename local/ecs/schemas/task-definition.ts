import { z } from "zod";
import { emptyList, keyValueSchema, placementConstraintsSchema, tagsSchema } from "./common.ts";

/** Only awslogs reaches CloudWatch Logs; others are stood in for, or refused. */
const logConfigurationSchema = z.strictObject({
  logDriver: z.string(),
  options: z.record(z.string(), z.string()).optional(),
  secretOptions: z.array(z.strictObject({ name: z.string(), valueFrom: z.string() })).optional(),
});

const healthCheckSchema = z.strictObject({
  command: z.array(z.string()).min(1),
  interval: z.int().min(5).max(300).default(30),
  timeout: z.int().min(2).max(60).default(5),
  retries: z.int().min(1).max(10).default(3),
  startPeriod: z.int().min(0).max(300).optional(),
});

const containerDefinitionSchema = z.strictObject({
  name: z.string().regex(/^[\w-]{1,255}$/, "Container names take letters, digits, - and _"),
  image: z.string().min(1),
  cpu: z.int().min(0).default(0),
  memory: z.int().min(6).optional(),
  memoryReservation: z.int().min(6).optional(),
  essential: z.boolean().default(true),
  entryPoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  workingDirectory: z.string().optional(),
  environment: z.array(keyValueSchema).default([]),
  secrets: z.array(z.strictObject({ name: z.string().min(1), valueFrom: z.string().min(1) })).optional(),
  portMappings: z
    .array(
      z.strictObject({
        containerPort: z.int().min(1).max(65_535),
        hostPort: z.int().min(0).max(65_535).optional(),
        protocol: z.enum(["tcp", "udp"]).default("tcp"),
        name: z.string().optional(),
        appProtocol: z.enum(["http", "http2", "grpc"]).optional(),
      }),
    )
    .default([]),
  mountPoints: z
    .array(
      z.strictObject({
        sourceVolume: z.string(),
        containerPath: z.string().startsWith("/"),
        readOnly: z.boolean().optional(),
      }),
    )
    .default([]),
  volumesFrom: z.array(z.never()).default([]),
  dependsOn: z
    .array(
      z.strictObject({
        containerName: z.string(),
        condition: z.enum(["START", "COMPLETE", "SUCCESS", "HEALTHY"]),
      }),
    )
    .optional(),
  startTimeout: z.int().min(2).max(120).optional(),
  stopTimeout: z.int().min(0).max(120).optional(),
  healthCheck: healthCheckSchema.optional(),
  logConfiguration: logConfigurationSchema.optional(),
  firelensConfiguration: z
    .strictObject({
      type: z.enum(["fluentbit", "fluentd"]),
      options: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  dockerLabels: z.record(z.string(), z.string()).optional(),
  versionConsistency: z.enum(["enabled", "disabled"]).optional(),
  // Isolation is the engine's part: the process engine says what it cannot enforce.
  user: z.string().optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  privileged: z.literal(false).optional(),
  linuxParameters: z
    .strictObject({
      initProcessEnabled: z.boolean().optional(),
      capabilities: z
        .strictObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
        .optional(),
    })
    .optional(),
  links: emptyList,
  systemControls: emptyList,
  environmentFiles: emptyList,
  resourceRequirements: emptyList,
  ulimits: emptyList,
});

const volumeSchema = z.strictObject({
  name: z.string().min(1),
  /** A bind mount that lives as long as the task; a folder of the container instance is not played. */
  host: z.strictObject({}).optional(),
  efsVolumeConfiguration: z
    .strictObject({
      fileSystemId: z.string().regex(/^[\w-]+$/),
      rootDirectory: z.string().optional(),
      transitEncryption: z.enum(["ENABLED", "DISABLED"]).optional(),
      transitEncryptionPort: z.int().optional(),
      authorizationConfig: z
        .strictObject({
          accessPointId: z
            .string()
            .regex(/^[\w-]+$/)
            .optional(),
          iam: z.enum(["ENABLED", "DISABLED"]).optional(),
        })
        .optional(),
    })
    .optional(),
});

export const registerTaskDefinitionSchema = z.strictObject({
  family: z.string().regex(/^[\w-]{1,255}$/, "Family contains invalid characters."),
  containerDefinitions: z.array(containerDefinitionSchema).min(1, "Container list cannot be empty."),
  taskRoleArn: z.string().optional(),
  executionRoleArn: z.string().optional(),
  networkMode: z.enum(["bridge", "host", "awsvpc", "none"]).optional(),
  requiresCompatibilities: z.array(z.enum(["EC2", "FARGATE"])).optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  ephemeralStorage: z.strictObject({ sizeInGiB: z.int().min(21).max(200) }).optional(),
  volumes: z.array(volumeSchema).default([]),
  placementConstraints: placementConstraintsSchema.default([]),
  runtimePlatform: z
    .strictObject({
      cpuArchitecture: z.enum(["X86_64", "ARM64"]).optional(),
      operatingSystemFamily: z.literal("LINUX").optional(),
    })
    .optional(),
  tags: tagsSchema.optional(),
});
