/**
 * A grant that no local run uses, or a refusal that a test asks for. `*` stands for anything. A pattern that nothing
 * needs any more fails the report too.
 */
interface Reasoned {
  /** Names of roles as local runs make them, cut after so many characters as in AWS, or service principals. */
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly reason: string;
  /** One run needs it and the next does not, as chance would have it. */
  readonly sometimes?: boolean;
}

const ALL = ["*"];
const EVERY_ROLE = ["Longshore-*"];
const PROCESSORS = ["Longshore-UploadProcessing*", "Longshore-QueueWorkersWorker*"];

/**
 * What roles are granted although the end-to-end suite never uses it, with the reason. `npm run iam-report` fails for
 * a grant that is neither used nor here.
 */
export const GRANTED_BUT_UNUSED: readonly Reasoned[] = [
  {
    roles: EVERY_ROLE,
    actions: ["ecr:BatchCheckLayerAvailability"],
    resources: ["*:repository/*"],
    reason:
      "Part of what ECR's guide asks of whoever pulls; the local run takes images from their assets and asks for the rest.",
  },
  {
    roles: EVERY_ROLE,
    actions: ["secretsmanager:DescribeSecret"],
    resources: ALL,
    reason:
      "CDK grants it beside GetSecretValue with each secret of a container; it tells names, not values.",
  },
  {
    roles: EVERY_ROLE,
    actions: ["ecs:RunTask"],
    resources: ["*:task-definition/*"],
    reason:
      "RunTask names a family without a revision; AWS does not say whether it is decided on that name or on the newest revision, as here.",
  },
  {
    roles: ["Longshore-HourlyBatchLaunchBatchRole*", "Longshore-QueueWorkersBurstLaunchWorkersRole*"],
    actions: ["ecs:TagResource"],
    resources: ["*:task/*"],
    reason:
      "Their tasks get ECS's own and their definition's tags; AWS says that tags at creation need it, and not whether these count.",
  },
  {
    roles: [
      ...["*LaunchBatch*", "*LaunchWorkers*", "*LaunchUpload*"],
      ...["*OnJobFail*", "*OnTaskStopped*", "*StopOverdue*"],
    ],
    actions: ["sqs:SendMessage"],
    resources: ["*DeadLetters*"],
    reason: "Lambda sends there what a function failed at three times; test/faults makes that happen.",
  },
  {
    roles: ["*LaunchWorkers*", "*LaunchUpload*", "*OnJobFail*"],
    actions: ["sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"],
    resources: ALL,
    reason: "CDK grants them with an event source mapping, beside the three that Lambda uses.",
  },
  {
    roles: PROCESSORS,
    actions: ["s3:GetObject"],
    resources: ["*platformuploads*"],
    reason:
      "Reads an object whose event has no version, as of a bucket of which versioning is suspended; runs always have one.",
  },
  {
    roles: ["*UploadProcessingHogContainer*", "*UploadProcessingScribblerContainer*"],
    actions: ["s3:GetObjectVersion", "s3:PutObject"],
    resources: ALL,
    reason:
      "Containers of test/e2e/docker-engine.test.ts that take all memory, or write where they may not, and come to no object.",
    sometimes: true,
  },
  {
    roles: ["Longshore-UploadProcessingProcessorTaskRole*"],
    actions: ["s3:ListBucket"],
    resources: ["*platformuploads*"],
    reason: "Turns 403 into 404 for an object that is gone; runs take away small ones alone.",
  },
  {
    roles: ["Longshore-QueueWorkersWorkerTaskRole*"],
    actions: ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket"],
    resources: ["*platformresults*/_checkpoints/*", "*platformresults*"],
    reason:
      "A worker's checkpoints where there is no file system: an object that works for long; the suite interrupts large ones alone, in tasks of their own.",
  },
  {
    roles: ["Longshore-UploadProcessingProcessorTaskRole*"],
    actions: ["dynamodb:GetItem"],
    resources: ["*:table/Longshore-PlatformJobs*", "*:table/Longshore-PlatformObjects*"],
    reason: "Tells why a conditional write failed: somebody else has the job, or a newer object its key.",
    sometimes: true,
  },
  {
    roles: ["*Fail*ContainerTaskTask*"],
    actions: ["s3:GetObjectVersion", "s3:PutObject"],
    resources: ALL,
    reason: "A container of the tests that fails before it reads or writes; each pipeline's role is alike.",
  },
  {
    roles: ["Longshore-HourlyBatchTaskRole*"],
    actions: ["dynamodb:GetItem", "dynamodb:UpdateItem", "sqs:SendMessage"],
    resources: ALL,
    reason:
      "Drives lost and stuck jobs again: the suite runs that as a batch of its own, with an administrator's key, at a clock of its own.",
  },
  {
    roles: ["*StopOverdue*", "*LaunchUpload*"],
    actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "sns:Publish"],
    resources: ["*Incident*", "*PlatformAlerts*", "*PlatformJobs*"],
    reason:
      "Raise an incident for a job that was given up: overdue with its task gone, or not launched after its last try.",
  },
  {
    roles: ["*OnJobFail*"],
    actions: ["dynamodb:GetItem"],
    resources: ["*IncidentTablesCounters*"],
    reason:
      "Reads the window of an incident that an earlier try kept and did not tell of: runs seldom end in between.",
    sometimes: true,
  },
  {
    roles: ["*OnTaskStopped*"],
    actions: ["s3:ListBucket"],
    resources: ["*platformresults*"],
    reason: "Turns 403 into 404 for a result document that a container has not written.",
  },
  {
    roles: ["*OnTaskStopped*"],
    actions: ["logs:GetLogEvents"],
    resources: ALL,
    reason: "The last lines of any task that fails; not one of each kind fails in the suite.",
  },
  {
    roles: ["Longshore-ConsoleTaskTaskRole*"],
    actions: [
      ...["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
      ...["sqs:ListDeadLetterSourceQueues", "sqs:ReceiveMessage", "sqs:SendMessage"],
      ...["events:ListTargetsByRule", "lambda:InvokeFunction"],
    ],
    resources: ALL,
    reason: "Puts dead letters of any queue, rule or function back; the suite does one of each kind.",
  },
  {
    roles: ["Longshore-ConsoleTaskTaskRole*"],
    actions: ["dynamodb:GetItem", "logs:FilterLogEvents", "s3:AbortMultipartUpload"],
    resources: ALL,
    reason:
      "What its pages show and do when somebody asks: one incident, a task's log, an upload that is given up; test/browser does.",
  },
  {
    roles: ["Longshore-PlatformEc2*"],
    actions: ALL,
    resources: ALL,
    reason:
      "The ECS and CloudWatch agents of a real host, as their guides list it; local instances have neither.",
  },
];

/** Refusals that tests ask for. */
export const EXPECTED_REFUSALS: readonly Reasoned[] = [
  {
    roles: ["Longshore-UploadProcessing*ContainerTask*"],
    actions: ["s3:ListBucket"],
    resources: ["*platformuploads*"],
    reason:
      "A container that somebody brings reads an object that is gone: it gets 403, having no right to list.",
  },
  {
    roles: ["Longshore-QueueWorkersWorkerTaskRole*"],
    actions: ["s3:GetObjectVersion"],
    resources: ["*platformuploads*/denied/*"],
    reason:
      "test/e2e/stopped-tasks.test.ts denies its workers these objects, as by an administrator's mistake.",
  },
  {
    roles: ["Permissions-*"],
    actions: ALL,
    resources: ALL,
    reason: "test/e2e/permissions.test.ts has a stack of its own, to be refused in.",
  },
  {
    roles: ["events.amazonaws.com", "sns.amazonaws.com"],
    actions: ["sqs:SendMessage"],
    resources: ["*:Permissions-*"],
    reason: "Of the same stack: a rule and a topic whose queue does not let them in.",
  },
];
