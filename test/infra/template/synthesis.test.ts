import { homedir } from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import { checkQuotas } from "./checks/quotas.ts";
import { resourcesOf } from "./resources.ts";
import { synthesize } from "./synthesize.ts";

/**
 * Resources that hold something. CloudFormation replaces a resource whose logical id changes: buckets and tables would
 * start out empty, queues lose their messages, logs their past, and subscribers their topic. Before changing a line
 * here, say in the pull request how what is in it is brought over; a new resource is a new line.
 */
const STATEFUL: Readonly<Record<string, readonly string[]>> = {
  "AWS::S3::Bucket": [
    "PlatformAccessLogsBucketB62D026B",
    "PlatformResultsBDB9B0E4",
    "PlatformUploadsAF8A3084",
  ],
  "AWS::DynamoDB::Table": [
    "HourlyBatchTableE14F64A0",
    "PlatformIncidentTablesCounters7B29D35A",
    "PlatformIncidentTablesIncidentsA8BADD81",
    "PlatformJobsCC686EA7",
    "PlatformObjects0FA07F70",
  ],
  "AWS::EFS::FileSystem": ["PlatformFilesFileSystem3D8B35E9"],
  "AWS::SNS::Topic": ["PlatformAlertsDB94B2E4"],
  "AWS::SQS::Queue": [
    "HourlyBatchDeadLetters3BBDCBA9",
    "PlatformUndelivered7D376642",
    "QueueWorkersBurstDeadLettersDA461A0F",
    "QueueWorkersBurstLookAgain6E9167C0",
    "StoppedTaskAlertsDeadLetters6D9A64C7",
    "StoppedTaskAlertsOverdueDeadLetters38131F5A",
    "UploadProcessingFailedJobAlertsDeadLettersE5E4904E",
    "UploadProcessingFailedJobAlertsQueueC8DC216A",
    "UploadProcessingJobs4952ACDA",
    "UploadProcessingJobsDeadLetters7D7328FB",
    "UploadProcessingLaunchDeadLetters29408EBE",
    "UploadProcessingLaunchesDD5BCB68",
  ],
  "AWS::Logs::LogGroup": [
    "ConsoleTaskLogs43EF8360",
    "HourlyBatchLaunchBatchLogs8DB2D94B",
    "HourlyBatchLogs3E8815F6",
    "QueueWorkersBurstLaunchWorkersLogs29E1F5F1",
    "QueueWorkersWorkerLogsD18F2773",
    "StoppedTaskAlertsOnTaskStoppedLogsAF49C302",
    "StoppedTaskAlertsStopOverdueLogs3E3E39D8",
    "UploadProcessingFailedJobAlertsOnJobFailedLogs41BDEB8C",
    "UploadProcessingLaunchUploadLogs334F17C2",
    "UploadProcessingProcessorLogsD536EA62",
  ],
};

const { template, files, messages, lookups } = synthesize();

describe("synthesis", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("writes the same bytes twice, whoever runs it and wherever", () => {
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("CDK_DEFAULT_REGION", "eu-west-1");
    vi.stubEnv("CDK_DEFAULT_ACCOUNT", "123456789012");
    vi.stubEnv("USER", "somebody-else");
    vi.stubEnv("TZ", "Pacific/Auckland");
    vi.stubEnv("LANG", "tr_TR.UTF-8");
    expect(synthesize().files).toEqual(files);
    const text = JSON.stringify(files);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain(homedir());
  });

  it("has nothing to warn of, and looks nothing up in an account", () => {
    expect(messages).toEqual([]);
    expect(lookups).toEqual([]);
  });

  it("stays under 80 % of CloudFormation's quotas", () => {
    checkQuotas(template);
  });

  it.each(Object.entries(STATEFUL))("keeps the logical ids of each %s", (type, expected) => {
    expect(
      resourcesOf(template, type)
        .map(([id]) => id)
        .sort(),
    ).toEqual(expected.toSorted());
  });
});
