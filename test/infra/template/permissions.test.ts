import { describe, expect, it } from "vitest";
import { permissions, readable, referencesIn, resourcesOf, type Statement } from "./resources.ts";
import { synthesize } from "./synthesize.ts";

/** Actions that AWS knows no resources for, with what they let see or do. */
const WITHOUT_RESOURCES: Readonly<Record<string, string>> = {
  "application-autoscaling:DescribeScalingActivities": "reads why any service of the account was scaled",
  "cloudwatch:GetMetricData": "reads any metric of the account",
  "ecr:GetAuthorizationToken": "a token for the account's registry; pulls name the repository",
  "ecs:DescribeTaskDefinition": "reads any task definition of the account",
  "ecs:ListServices": "knows no resource; ecs:cluster is a condition",
  "ecs:ListTasks":
    "its resource is a container instance, of which it is given none; ecs:cluster is a condition",
  "lambda:ListFunctions": "reads the names and settings of the account's functions",
};

const WRITE_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"];
const PULL_IMAGE = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetAuthorizationToken",
  "ecr:GetDownloadUrlForLayer",
];
const SEND = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];
const CONSUME = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"];
const MOUNT = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
const PROCESS = [
  ...["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"],
  ...["dynamodb:GetItem", "dynamodb:UpdateItem"],
  ...MOUNT,
];
const RUN_TASK = ["ecs:RunTask", "ecs:TagResource", "iam:PassRole"];
const RAISE_INCIDENTS = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "sns:Publish"];

/** ECS takes on a role for tasks of this account and region alone. */
const OF_THIS_ACCOUNT = {
  StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
  ArnLike: {
    "aws:SourceArn": {
      "Fn::Join": [
        "",
        [
          ...["arn:", { Ref: "AWS::Partition" }, ":ecs:", { Ref: "AWS::Region" }],
          ...[":", { Ref: "AWS::AccountId" }, ":*"],
        ],
      ],
    },
  },
};

/** Who may call what. A line more or less here is a line for whoever reviews the change. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  ConsoleTaskExecutionRole: [
    ...[...PULL_IMAGE, ...WRITE_LOGS],
    ...["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
  ],
  ConsoleTaskTaskRole: [
    ...["application-autoscaling:DescribeScalingActivities", "cloudwatch:GetMetricData"],
    ...["dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem"],
    ...["dynamodb:Query", "dynamodb:UpdateItem"],
    ...["ecs:DescribeServices", "ecs:DescribeTasks", "ecs:ListServices", "ecs:ListTasks"],
    ...["events:ListTargetsByRule", "lambda:InvokeFunction", "lambda:ListFunctions"],
    "logs:FilterLogEvents",
    ...[
      "s3:AbortMultipartUpload",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ],
    ...[...SEND, ...CONSUME, "sqs:ListDeadLetterSourceQueues", ...MOUNT],
  ],
  HourlyBatchExecutionRole: [...PULL_IMAGE, ...WRITE_LOGS],
  HourlyBatchLaunchBatchRole: [...RUN_TASK, "dynamodb:UpdateItem", "sqs:SendMessage", ...WRITE_LOGS],
  HourlyBatchTaskRole: [
    ...["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
    ...["dynamodb:Query", "dynamodb:UpdateItem", "s3:ListBucketVersions", "s3:PutObject"],
    ...["sqs:GetQueueAttributes", "sqs:SendMessage", ...MOUNT],
  ],
  QueueWorkersBurstLaunchWorkersRole: [
    ...["dynamodb:UpdateItem", "ecs:DescribeServices", "ecs:ListTasks", ...RUN_TASK],
    ...[...SEND, ...CONSUME, ...WRITE_LOGS],
  ],
  // Application Auto Scaling has a service-linked role of its own for ECS, whatever the template says.
  QueueWorkersWorkerExecutionRole: [...PULL_IMAGE, ...WRITE_LOGS],
  QueueWorkersWorkerTaskRole: [...PROCESS, "ecs:UpdateTaskProtection", "sqs:SendMessage", ...CONSUME],
  StoppedTaskAlertsOnTaskStoppedRole: [
    ...["dynamodb:GetItem", "dynamodb:UpdateItem", "ecs:DescribeTaskDefinition", "logs:GetLogEvents"],
    ...["s3:GetObject", "s3:ListBucket"],
    ...[...RAISE_INCIDENTS, "sqs:SendMessage", ...WRITE_LOGS],
  ],
  StoppedTaskAlertsStopOverdueRole: [
    ...["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "ecs:StopTask"],
    ...[...RAISE_INCIDENTS, "sqs:SendMessage", ...WRITE_LOGS],
  ],
  UploadProcessingFailedJobAlertsOnJobFailedRole: [...RAISE_INCIDENTS, ...SEND, ...CONSUME, ...WRITE_LOGS],
  UploadProcessingLaunchUploadRole: [
    ...["dynamodb:GetItem", "dynamodb:UpdateItem", ...RUN_TASK],
    ...[...RAISE_INCIDENTS, ...SEND, ...CONSUME, ...WRITE_LOGS],
  ],
  UploadProcessingProcessorExecutionRole: [...PULL_IMAGE, ...WRITE_LOGS],
  UploadProcessingProcessorTaskRole: PROCESS,
};

describe("permissions", () => {
  const { template } = synthesize();
  const roles = permissions(template);
  const all: readonly (readonly [string, Statement])[] = [...roles].flatMap(([id, statements]) =>
    statements.map((statement) => [readable(id), statement] as const),
  );
  const allowing = (action: string) => all.filter(([, { Action }]) => Action.includes(action));

  it("are these, and no others", () => {
    const actual = Object.fromEntries(
      [...roles].map(([id, statements]) => [
        readable(id),
        unique(statements.flatMap(({ Action }) => Action)),
      ]),
    );
    expect(actual).toEqual(
      Object.fromEntries(Object.entries(EXPECTED).map(([role, actions]) => [role, unique(actions)])),
    );
  });

  it("name every action", () => {
    expect(all.filter(([, { Action }]) => Action.some((action) => action.includes("*")))).toEqual([]);
  });

  it("name resources wherever AWS knows some", () => {
    const open = all.filter(([, { Resource }]) => Resource.includes("*"));
    expect(unique(open.flatMap(([, { Action }]) => Action))).toEqual(Object.keys(WITHOUT_RESOURCES).sort());
  });

  it("start tasks in this cluster alone, and pass their two roles to ECS alone", () => {
    for (const [, { Condition }] of allowing("ecs:RunTask")) {
      expect(referencesIn(Condition?.ArnEquals?.["ecs:cluster"]).map(readable)).toEqual(["PlatformCluster"]);
    }
    const passed = allowing("iam:PassRole").map(([role, { Condition, Resource }]) => {
      expect(Condition).toEqual({ StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } });
      return [role, referencesIn(Resource).map(readable).sort()];
    });
    expect(Object.fromEntries(passed)).toEqual({
      HourlyBatchLaunchBatchRole: ["HourlyBatchExecutionRole", "HourlyBatchTaskRole"],
      QueueWorkersBurstLaunchWorkersRole: ["QueueWorkersWorkerExecutionRole", "QueueWorkersWorkerTaskRole"],
      UploadProcessingLaunchUploadRole: [
        "UploadProcessingProcessorExecutionRole",
        "UploadProcessingProcessorTaskRole",
      ],
    });
  });

  it("mount one access point of the file system", () => {
    for (const action of MOUNT) {
      const mounts = allowing(action).map(([role, { Resource, Condition }]) => [
        role,
        ...referencesIn(Resource).map(readable),
        ...referencesIn(Condition?.StringEquals?.["elasticfilesystem:AccessPointArn"])
          .filter((id) => !id.startsWith("AWS::"))
          .map(readable),
      ]);
      const where = ["PlatformFilesFileSystem", "PlatformFilesFileSystemCheckpoints"];
      expect(mounts).toEqual([
        ...["UploadProcessingProcessorTaskRole", "QueueWorkersWorkerTaskRole", "HourlyBatchTaskRole"].map(
          (role) => [role, ...where],
        ),
        ["ConsoleTaskTaskRole", "PlatformFilesFileSystem", "PlatformFilesFileSystemUploads"],
      ]);
    }
  });

  it("without a file system let tasks read, list and remove checkpoints in the results bucket, and nothing else there", () => {
    const without = permissions(synthesize({ settings: { efs: "off" } }).template);
    const statements = [...without].flatMap(([id, some]) => some.map((one) => [readable(id), one] as const));
    expect(statements.filter(([, { Action }]) => MOUNT.some((action) => Action.includes(action)))).toEqual(
      [],
    );
    const atResults = ["UploadProcessingProcessorTaskRole", "QueueWorkersWorkerTaskRole"].map((task) =>
      statements
        .filter(([role, { Resource }]) => role === task && JSON.stringify(Resource).includes("Results"))
        .map(([, { Action, Resource, Condition }]) => {
          const path = /"(\/[^"]*)"/.exec(JSON.stringify(Resource))?.[1] ?? "";
          return [Action.toSorted().join(" "), path, Condition?.StringLike?.["s3:prefix"]];
        })
        .sort(),
    );
    const expected = [
      ["s3:DeleteObject s3:GetObject", "/_checkpoints/*", undefined],
      ["s3:ListBucket", "", "_checkpoints/*"],
      ["s3:PutObject", "/*", undefined],
    ];
    expect(atResults).toEqual([expected, expected]);
  });

  it("with tracing let functions add to traces, and nobody else; without, nobody", () => {
    const traced = synthesize({ settings: { tracing: "xray" } }).template;
    const added = [...permissions(traced)].flatMap(([id, statements]) =>
      statements
        .filter(({ Action }) => Action.some((action) => action.startsWith("xray:")))
        .map(({ Action, Resource }) => [
          readable(id),
          Action.filter((action) => action.startsWith("xray:")).sort(),
          Resource,
        ]),
    );
    // X-Ray knows no resources for either. Source: Service Authorization Reference, AWS X-Ray.
    const add = [["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]];
    expect(added.sort()).toEqual(
      [
        ...["HourlyBatchLaunchBatchRole", "QueueWorkersBurstLaunchWorkersRole"],
        ...["StoppedTaskAlertsOnTaskStoppedRole", "StoppedTaskAlertsStopOverdueRole"],
        "UploadProcessingFailedJobAlertsOnJobFailedRole",
        "UploadProcessingLaunchUploadRole",
      ].map((role) => [role, ...add]),
    );
    traced.allResourcesProperties("AWS::Lambda::Function", { TracingConfig: { Mode: "Active" } });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/xray|TracingConfig|TRACE_ENABLED/);
  });

  it("tag tasks as they are started, and none that runs", () => {
    for (const [, { Condition }] of allowing("ecs:TagResource")) {
      expect(Condition).toEqual({ StringEquals: { "ecs:CreateAction": "RunTask" } });
    }
  });

  it("write no logs but one's own", () => {
    for (const [role, { Resource }] of allowing("logs:PutLogEvents")) {
      const groups = unique(referencesIn(Resource).map(readable));
      expect(groups).toHaveLength(1);
      const owner = role.replace(/(Execution)?Role$/, "");
      expect(groups).toEqual([`${owner}Logs`]);
    }
  });

  it("come with a role for each function and container, which its service alone may take on", () => {
    const takenOnBy = (id: string) => {
      if (/(Task|Execution)Role$/.test(readable(id))) return "ecs-tasks";
      return id.startsWith("QueueWorkersScalingTarget") ? "application-autoscaling" : "lambda";
    };
    for (const [id, { Properties }] of resourcesOf(template, "AWS::IAM::Role")) {
      expect(Properties.AssumeRolePolicyDocument, id).toMatchObject({
        Statement: [
          {
            Action: "sts:AssumeRole",
            Effect: "Allow",
            Principal: { Service: `${takenOnBy(id)}.amazonaws.com` },
            ...(takenOnBy(id) === "ecs-tasks" ? { Condition: OF_THIS_ACCOUNT } : {}),
          },
        ],
      });
      expect(Properties.ManagedPolicyArns, id).toBeUndefined();
    }
    const used = [
      ...resourcesOf(template, "AWS::Lambda::Function").map(([, { Properties }]) => Properties.Role),
      ...resourcesOf(template, "AWS::ECS::TaskDefinition").flatMap(([, { Properties }]) => [
        Properties.TaskRoleArn,
        Properties.ExecutionRoleArn,
      ]),
      ...resourcesOf(template, "AWS::ApplicationAutoScaling::ScalableTarget").map(
        ([, { Properties }]) => Properties.RoleARN,
      ),
    ].flatMap(referencesIn);
    // Application Auto Scaling's service-linked role is the account's own: its ARN is written out.
    const own = used.filter((name) => !name.startsWith("AWS::"));
    expect(own.toSorted()).toEqual([...roles.keys()].sort());
  });
});

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
