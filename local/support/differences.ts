/** What behaves otherwise than on AWS, by signing name; Markdown. */
export const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  "application-autoscaling": [
    "The desired count of ECS services is scaled, and nothing else. Predictive scaling is refused.",
    "Target tracking adds capacity by its newest data point, and takes it away by the highest of the fifteen minutes that it looks at; AWS says no more than that it adds faster than it takes away. Cooldowns begin when the desired count is set.",
    "An activity that scaled nothing leaves no trace: `IncludeNotScaledActivities` is refused.",
  ],
  cloudformation: [
    "It reads, and changes nothing: the template that `npm start` synthesizes is played at start, resource by resource.",
    "`GetTemplate` has the original template alone; answers are never paged.",
    "A resource whose properties ask for something that is not played fails the start, with the property's name. A type without a player does not: it is named at start, and what refers to it gets a recognisable placeholder.",
    "Other accounts and regions than 000000000000 and us-east-1 are not played; custom resources and macros are not either.",
  ],
  dynamodb: [
    "Served by dynalite. Members that it would drop (`ReturnValuesOnConditionCheckFailure` apart, which is played) are refused by name.",
    "No transactions, streams, PartiQL, backups or global tables. Single-item conditional writes are what the platform rests on.",
    "Tables are ready at once, reads are always consistent, and nothing is throttled, whatever the billing mode.",
    "Items past their time to live go within a minute of the runtime's clock; AWS takes up to a few days.",
  ],
  ecs: [
    "Tasks are processes of this machine, started from the entry point in their image's Dockerfile: no RUN steps, no USER, no isolation of the file system or the network. Images that are not assets of the app end in `CannotPullContainerError`.",
    "A container's hard memory limit is held: past it, the container is killed with 137 and `OutOfMemoryError`, as seen by sampling every 200 ms.",
    "A container whose environment says `PORT=P` for its port P gets a free port in `PORT`; any other must be able to bind P itself.",
    "Fargate and Fargate Spot start tasks at once, or after the seconds that `--fargate-start` says; there is always room. Container instances are those of the template's Auto Scaling groups, with the CPU and memory of their type: placement strategies, constraints, managed scaling and draining are played; without a group, EC2 capacity answers `No Container Instances were found in your cluster`.",
    "With `--engine docker` the container engine builds the images and isolates the tasks: CPU and memory limits, users, read-only root file systems and mounts are then the engine's to hold.",
    "The statistics of the task metadata endpoint have what can be measured of processes: CPU time, memory and the number of processes, but no `networks` and `blkio_stats`.",
    "The log driver is `awslogs`. What `splunk` and `awsfirelens` would send is kept in the log groups `/local/splunk` and `/local/awsfirelens`, which the log says at start; FireLens routers are not started, and their secrets not read. Other drivers are refused when the task definition is registered.",
    "Services deploy by rolling update alone: no deployment alarms, no CODE_DEPLOY or EXTERNAL controller, no DAEMON strategy, no Service Connect, no service registries.",
    "EFS volumes are folders below the state folder's `efs`, reached by mount targets and access points of the template, with IAM authorization decided on the task role and the file system's policy. The access point's POSIX user and its root directory's owner are not played; a role without `elasticfilesystem:ClientWrite` gets no volume to write to, where AWS mounts it read-only. EFS's own API is not played.",
    "`ulimits`, `systemControls`, `environmentFiles`, GPUs, `links`, `volumesFrom` and privileged containers are refused.",
  ],
  autoscaling: [
    "Groups and launch templates come from the template. An instance is a record that starts in a second of the runtime's clock; what runs on it are processes of this machine.",
    "A group has a zone for each of its subnets. An instance that is told to go is drained by ECS first, unless its capacity provider's managed draining is off; there are no other lifecycle hooks, no cooldowns and no health checks.",
  ],
  elasticloadbalancing: [
    "Application and Network Load Balancers, made and changed by the template alone. The first listener is on `--console-port`, others on any free port of the loopback interface.",
    "A listener with protocol HTTPS or TLS answers without it, and the log says so. A Network Load Balancer passes connections on byte for byte and has no metrics. Target groups speak HTTP/1.1 or TCP to `ip` and `instance` targets, and check health over HTTP.",
    "Sign-in (`authenticate-oidc`) is left out and the log says so: whoever reaches the loopback interface is let in. The console, which then takes its load balancer's word for who somebody is, knows nobody but programs with a token. `authenticate-cognito` and `jwt-validation` are refused. Mutual TLS, WAF and target group stickiness across groups are not played. An attribute that is not played is named in the log when its value asks for something.",
  ],
  events: [
    "Targets: Lambda, SQS, SNS, ECS tasks, CloudWatch Logs, another event bus. Deliveries to any other fail at once and go to the target's dead-letter queue.",
    "No archives, replays, pipes, API destinations, partner buses or schema registry. Rules of the state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` are refused.",
    "What is accepted is on disk before it is answered, so that deliveries survive `kill -9`; one that was under way then is made again.",
  ],
  lambda: [
    "Functions come from the template alone, from a folder asset, on Node.js runtimes of the machine's own Node.js. Container images, layers, versions, aliases and function URLs are not played.",
    "A function sees its own folder and, as on AWS, the SDK; a dependency that is missing from its bundle is missing here too. Its environment is Lambda's: nothing of the user's own.",
    "Memory is held by watching the process: past `MemorySize` it is killed. `arm64` functions run on the machine's own architecture.",
    "How many run at once is limited by the machine too: beyond it, asynchronous events and batches wait, and synchronous calls are throttled.",
    "Event source mappings take SQS queues, with the filter criteria of the template; they are not changed by the API.",
  ],
  logs: [
    "Filter patterns: terms and JSON conditions; regular expressions and the space-delimited form are refused. No Logs Insights, metric filters, subscriptions or live tail; `aws logs tail --follow` works.",
    "Retention is held, every minute of the runtime's clock.",
  ],
  monitoring: [
    "Minutes are kept for 15 days and seconds for 3 hours; AWS then sums them up coarser, here they go. Values of the last half second are lost when the runtime is killed.",
    "Percentiles are exact for 500 distinct values a minute, and of four significant digits or fewer beyond. Trimmed means and the other extended statistics are refused.",
    "Metric math has the operators, `ABS`, `AVG`, `CEIL`, `FILL`, `FLOOR`, `IF`, `MAX`, `METRICS`, `MIN`, `PERIOD` and `SUM`; every other function, `SEARCH` and anomaly detection among them, is refused by name.",
    "Queues, services and load balancers are measured at the end of each minute, right before alarms are evaluated, so that an alarm comes up to two minutes earlier than on AWS. Of SQS there are the numbers of messages and the age of the oldest, not how many were sent, received and deleted.",
    "An alarm looks back two periods further than its evaluation periods for data points that are missing; AWS does not say how far. `EvaluateLowSampleCountPercentile` `ignore`, EC2 and Systems Manager actions are refused, composite alarms are not played.",
    "Dashboards are made by the template alone.",
  ],
  s3: [
    "Native notifications to queues, topics and functions are refused; events reach EventBridge.",
    "Encryption is reported as asked for, and bytes are kept as they are. `aws:kms:dsse` and customer-provided keys are refused.",
    "Only the canned ACLs that change nothing are taken: `private`, `bucket-owner-full-control`. No Object Lock, replication, website, inventory, Select or Glacier.",
    "Settings that the template decides (encryption, public access block, ownership, lifecycle) are shown by the API and not changed by it.",
  ],
  secretsmanager: [
    "Values are kept in the state folder as they are. No rotation, replication or resource policies; secrets in task definitions name a stage, not a version id.",
  ],
  sns: [
    "Delivered to SQS, Lambda and, as files below the state folder's `outbox`, to mail addresses. HTTP, SMS, mobile push and Firehose subscriptions are refused.",
    "Subscriptions are confirmed at once: nobody can click on a link in a mail that was not sent.",
    "Encryption keys are kept and shown, and encrypt nothing. Delivery policies, message archiving and data protection are refused.",
  ],
  sqs: [
    "Served by fauxqs, over AWS JSON 1.0, what SDKs speak since November 2023; the older query protocol is refused.",
    "High-throughput FIFO is refused. Encryption is reported as asked for, and messages are kept as they are.",
  ],
  ssm: [
    "Parameters alone. SecureString values are kept as they are; labels, histories and policies are not played.",
  ],
  sts: [
    "`AssumeRole` decides on the trust policy, and gives a session whose key the runtime verifies. Any key that no session owns is the administrator's, unless a task or function sends it: [local-permissions.md](local-permissions.md).",
  ],
};
