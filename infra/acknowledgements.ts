import { type Stack, Validations } from "aws-cdk-lib";
import { TaskDefinition } from "aws-cdk-lib/aws-ecs";
import type { IConstruct } from "constructs";
import type { Config } from "./config.ts";

/** A finding of cdk-nag's AwsSolutions that is right as it is. */
export interface Acknowledgement {
  /** Paths below the stack of the constructs that it is about. */
  readonly at: readonly string[];
  /**
   * Rule, with the finding where one resource can have several: `S1`, `IAM5[Resource::*]`. `{family of …}` stands for
   * the family of a task definition, which has the stack's own name in it.
   */
  readonly rules: readonly string[];
  readonly reason: string;
  /** @default always */
  readonly when?: (config: Config) => boolean;
}

const TASKS = ["UploadProcessing/Processor", "QueueWorkers/Worker", "HourlyBatch/Batch", "Console/Task"];
const ECS = "arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>";
const below = (paths: readonly string[], id: string) => paths.map((path) => `${path}/${id}`);

/** Every acknowledgement of the app; a test finds those that are needed no more. */
export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  {
    at: ["Platform/Undelivered", "Platform/AlertMailDeadLetters"],
    rules: ["SQS3"],
    reason:
      "They are dead-letter queues, of EventBridge targets and of a subscription, where the rule does not look.",
  },
  {
    at: ["Platform/IncidentTables/Counters"],
    rules: ["DDB3"],
    reason: "Counters of the last minutes; restored ones would be wrong.",
  },
  {
    at: ["Console/LoadBalancerGroup", "Console/Service/SecurityGroup"],
    rules: ["EC23"],
    reason:
      "Open to the VPC's own address range, which the rule cannot read from a reference, or to what allowedCidrs names.",
  },
  {
    at: ["Platform/Ec2/Group/ASG"],
    rules: ["AS3"],
    reason:
      "ECS starts and ends instances all day, as tasks come and go: nothing that people are to be told of.",
  },
  {
    at: ["Platform/Ec2/Instance/Role/DefaultPolicy"],
    rules: [`IAM5[Resource::${ECS}:container-instance/<PlatformCluster6842C9C4>/*]`],
    reason:
      "An instance gets its container instance's id as it registers; ecs:cluster is a condition as well.",
  },
  {
    at: ["Platform/Ec2/Instance/Role/DefaultPolicy"],
    rules: ["IAM5[Resource::*]"],
    reason:
      "ecs:DiscoverPollEndpoint, cloudwatch:PutMetricData (for one namespace) and Session Manager's actions know no resources.",
  },
  {
    at: ["Console/Tokens/Uploader", "Console/Tokens/Administrator"],
    rules: ["SMG4"],
    reason:
      "A new token ends every session and every program's access: people decide on when. docs/security.md says how.",
  },
  {
    at: ["Console/Task/TaskRole/DefaultPolicy"],
    rules: ["IAM5[Resource::*]"],
    reason:
      "ecs:ListServices and ecs:ListTasks have ecs:cluster as a condition; application-autoscaling:DescribeScalingActivities, " +
      "cloudwatch:GetMetricData and lambda:ListFunctions know no resources.",
  },
  {
    at: ["Console/Task/TaskRole/DefaultPolicy"],
    rules: [
      `IAM5[Resource::${ECS}:task/<PlatformCluster6842C9C4>/*]`,
      `IAM5[Resource::${ECS}:service/<PlatformCluster6842C9C4>/*]`,
    ],
    reason: "Shows administrators the tasks and services of this one cluster.",
  },
  {
    at: below(TASKS, "Definition"),
    rules: ["ECS2"],
    reason: "Names and ARNs of this stack's resources and the pipelines; secrets would be references.",
  },
  {
    at: below(TASKS, "ExecutionRole/DefaultPolicy"),
    rules: ["IAM5[Resource::*]"],
    reason: "ecr:GetAuthorizationToken knows no resources; pulls are limited to the image's repository.",
  },
  {
    at: ["StoppedTaskAlerts/OnTaskStopped/Role/DefaultPolicy"],
    rules: ["IAM5[Resource::*]"],
    reason: "ecs:DescribeTaskDefinition knows no resources.",
  },
  {
    at: below(
      ["UploadProcessing/Processor", "QueueWorkers/Worker", "Console/Task"],
      "TaskRole/DefaultPolicy",
    ),
    rules: [
      "IAM5[Resource::<PlatformUploadsAF8A3084.Arn>/*]",
      "IAM5[Resource::<PlatformResultsBDB9B0E4.Arn>/*]",
    ],
    reason: "Objects of one bucket, by one or two actions; uploaders decide on the keys.",
  },
  {
    at: below(["UploadProcessing/Processor", "QueueWorkers/Worker"], "TaskRole/DefaultPolicy"),
    rules: ["IAM5[Resource::<PlatformResultsBDB9B0E4.Arn>/_checkpoints/*]"],
    reason: "Reads and removes checkpoints, below their own prefix; the names are those of jobs.",
  },
  ...["processor", "worker", "batch", "console"].map((name, index) => ({
    at: [`${TASKS[index]}/TaskRole/DefaultPolicy`],
    rules: [`IAM5[Resource::<PlatformTaskLogsA0ED1C57.Arn>/${name}/*]`],
    reason: "The log router writes files below the task's own prefix, each by a name of its own.",
  })),
  {
    at: below(
      [
        ...["UploadProcessing/LaunchUpload", "UploadProcessing/FailedJobAlerts/OnJobFailed"],
        ...["QueueWorkers/Burst/LaunchWorkers", "HourlyBatch/LaunchBatch"],
        ...["StoppedTaskAlerts/OnTaskStopped", "StoppedTaskAlerts/StopOverdue"],
      ],
      "Role/DefaultPolicy",
    ),
    rules: ["IAM5[Resource::*]"],
    reason: "xray:PutTraceSegments and xray:PutTelemetryRecords know no resources; they only add to traces.",
    when: ({ tracing }) => tracing === "xray",
  },
  {
    at: ["HourlyBatch/Batch/TaskRole/DefaultPolicy"],
    rules: ["IAM5[Resource::<PlatformResultsBDB9B0E4.Arn>/_reports/*]"],
    reason: "Writes reports, below their own prefix; each hour's key is its own.",
  },
  {
    at: ["StoppedTaskAlerts/OnTaskStopped/Role/DefaultPolicy"],
    rules: ["IAM5[Resource::<PlatformResultsBDB9B0E4.Arn>/*]"],
    reason: "Reads the result document of the job whose task has stopped; its key is the job's.",
  },
  ...[
    { at: "UploadProcessing/LaunchUpload", task: "UploadProcessing/Processor" },
    { at: "QueueWorkers/Burst/LaunchWorkers", task: "QueueWorkers/Worker" },
    { at: "HourlyBatch/LaunchBatch", task: "HourlyBatch/Batch" },
  ].flatMap(({ at, task }) => [
    {
      at: [`${at}/Role/DefaultPolicy`],
      rules: [`IAM5[Resource::${ECS}:task-definition/{family of ${task}/Definition}:*]`],
      reason: "Any revision of one family: the newest runs, and ecs:cluster is a condition.",
    },
    {
      at: [`${at}/Role/DefaultPolicy`],
      rules: [`IAM5[Resource::${ECS}:task/<PlatformCluster6842C9C4>/*]`],
      reason: "Tags the tasks that it starts, as they start; their ids do not exist before.",
    },
  ]),
  {
    at: ["StoppedTaskAlerts/StopOverdue/Role/DefaultPolicy"],
    rules: [`IAM5[Resource::${ECS}:task/<PlatformCluster6842C9C4>/*]`],
    reason: "Stops any task of this one cluster; which one is overdue shows as it runs.",
  },
  {
    at: ["QueueWorkers/Worker/TaskRole/DefaultPolicy"],
    rules: [`IAM5[Resource::${ECS}:task/<PlatformCluster6842C9C4>/*]`],
    reason: "A worker protects itself from scale-in while it holds work; a role cannot name its own task.",
  },
  {
    at: ["QueueWorkers/Burst/LaunchWorkers/Role/DefaultPolicy"],
    rules: ["IAM5[Resource::*]"],
    reason:
      "ecs:ListTasks has container instances as its resource, of which it is given none; ecs:cluster is a condition.",
  },
];

/** Puts each acknowledgement on its construct; what a configuration leaves out is left out here as well. */
export function acknowledgeFindings(stack: Stack, config: Config): void {
  for (const { at, rules, reason, when } of ACKNOWLEDGEMENTS) {
    if (when && !when(config)) continue;
    for (const path of at) {
      const construct = find(stack, path);
      if (!construct) continue;
      Validations.of(construct).acknowledge(
        ...rules.map((rule) => ({ id: `AwsSolutions-${withFamilies(rule, stack)}`, reason })),
      );
    }
  }
}

/** A rule as cdk-nag words its findings in this stack. */
export function withFamilies(rule: string, stack: Stack): string {
  return rule.replace(/\{family of ([^}]+)\}/g, (placeholder, path: string) => {
    const definition = find(stack, path);
    return definition instanceof TaskDefinition ? definition.family : placeholder;
  });
}

function find(scope: IConstruct, path: string): IConstruct | undefined {
  return path.split("/").reduce<IConstruct | undefined>((parent, id) => parent?.node.tryFindChild(id), scope);
}
