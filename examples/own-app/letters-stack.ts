import { Stack, type StackProps } from "aws-cdk-lib";
import { Dashboard, GraphWidget } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { AccountRootPrincipal, Role } from "aws-cdk-lib/aws-iam";
import type { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  type Config,
  Platform,
  pipelines,
  QueueWorkers,
  StoppedTaskAlerts,
  UploadProcessing,
} from "../../infra/index.ts";
import { wordCount } from "./word-count.ts";

export interface LettersStackProps extends StackProps {
  readonly config: Config;
}

/** An app of one's own on Longshore's constructs: no console and no batch, but a pipeline, a role and a dashboard. */
export class LettersStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...stackProps }: LettersStackProps) {
    super(scope, id, stackProps);
    const platform = new Platform(this, "Platform", { config, pipelines: [wordCount, ...pipelines] });
    const uploads = new UploadProcessing(this, "UploadProcessing", { platform });
    const workers = new QueueWorkers(this, "QueueWorkers", { platform, uploads });
    const alerts = new StoppedTaskAlerts(this, "StoppedTaskAlerts", { platform, uploads });

    // Alerts also go into a queue, which the team's own tools read.
    const inbox = new Queue(this, "AlertInbox", { enforceSSL: true });
    platform.alerts.addSubscription(new SqsSubscription(inbox));

    // Whoever takes on this role may drop letters, and read what came of them.
    const clerk = new Role(this, "Clerk", { assumedBy: new AccountRootPrincipal() });
    platform.grantUpload(clerk, "letters/*");
    platform.grantReadResults(clerk, wordCount.name);
    platform.grantReadJobs(clerk);

    // Metrics are CDK's: on a dashboard of one's own, or behind an alarm.
    new Dashboard(this, "Letters").addWidgets(
      new GraphWidget({
        title: "Letters",
        left: [uploads.metricBacklog(), uploads.metricLaunchesWaiting()],
        right: [workers.metricRunningWorkers()],
      }),
    );
    alerts
      .metricFaults("out-of-memory")
      .createAlarm(this, "LettersTooLarge", { threshold: 5, evaluationPeriods: 1 })
      .addAlarmAction(new SnsAction(platform.alerts));

    // An escape hatch: what no prop offers is done on the resource below.
    const launchUpload = uploads.launchUpload.function.node.defaultChild as CfnFunction;
    launchUpload.memorySize = 512;
  }
}
