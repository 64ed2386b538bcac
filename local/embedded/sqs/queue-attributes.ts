import { z } from "zod";
import { AwsError, NotPlayedError } from "../../wire/aws-error.ts";
import { describeIssues } from "../../wire/input-issues.ts";
import type { Fauxqs, QueueStore } from "../fauxqs.ts";

/** Attributes as CreateQueue takes them: everything is text. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** What fauxqs gives a queue when CreateQueue leaves an attribute out; SQS' own defaults. */
export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  VisibilityTimeout: "30",
  DelaySeconds: "0",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
};

/** Accepted with the value that is played, refused with any other. */
const ONE_VALUE_PLAYED: Readonly<Record<string, string>> = {
  DeduplicationScope: "queue",
  FifoThroughputLimit: "perQueue",
  SqsManagedSseEnabled: "true",
};

const redrivePolicy = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1_000),
});
const redriveAllowPolicy = z.object({
  redrivePermission: z.enum(["allowAll", "denyAll", "byQueue"]),
  sourceQueueArns: z.array(z.string()).max(10).optional(),
});

export type RedrivePolicy = z.output<typeof redrivePolicy>;

/** The redrive policy in a queue's attributes, or undefined. */
export function redrivePolicyOf(attributes: QueueAttributes): RedrivePolicy | undefined {
  const text = attributes.RedrivePolicy;
  return text ? parse("RedrivePolicy", text, redrivePolicy) : undefined;
}

/**
 * Judges attributes before fauxqs stores them; it would take any name and any redrive policy.
 * @throws AwsError InvalidAttributeName or InvalidParameterValue
 * @throws NotPlayedError for high-throughput FIFO
 */
export function checkQueueAttributes(
  fauxqs: Fauxqs,
  store: QueueStore,
  queue: { readonly arn: string; readonly fifo: boolean },
  attributes: QueueAttributes,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    const played = ONE_VALUE_PLAYED[name];
    if (!fauxqs.settableQueueAttributes.has(name) && played === undefined) {
      throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
    if (played !== undefined && value !== played) throw new NotPlayedError(`sqs ${name} ${value}`);
  }
  fauxqs.validateQueueAttributes({ ...attributes }, AwsError);
  if (attributes.Policy) parse("Policy", attributes.Policy, z.looseObject({}));
  if (attributes.RedriveAllowPolicy) {
    parse("RedriveAllowPolicy", attributes.RedriveAllowPolicy, redriveAllowPolicy);
  }
  const redrive = redrivePolicyOf(attributes);
  if (redrive) checkRedrive(store, queue, redrive);
}

/** SQS wants an existing dead-letter queue, of the same type, that lets this queue use it. */
function checkRedrive(
  store: QueueStore,
  source: { readonly arn: string; readonly fifo: boolean },
  { deadLetterTargetArn }: RedrivePolicy,
): void {
  const target = store.getQueueByArn(deadLetterTargetArn);
  if (!target) throw invalid("RedrivePolicy", `Dead letter target does not exist: ${deadLetterTargetArn}`);
  if (target.isFifo() !== source.fifo) {
    throw invalid("RedrivePolicy", "Dead-letter queue must be same type of queue as the source.");
  }
  const allow = target.attributes.RedriveAllowPolicy;
  if (!allow) return;
  const { redrivePermission, sourceQueueArns } = parse("RedriveAllowPolicy", allow, redriveAllowPolicy);
  const allowed =
    redrivePermission === "allowAll" ||
    (redrivePermission === "byQueue" && sourceQueueArns?.includes(source.arn) === true);
  if (!allowed) {
    throw invalid("RedrivePolicy", `Queue ${deadLetterTargetArn} does not allow redrive from ${source.arn}`);
  }
}

function parse<Output>(name: string, text: string, schema: z.ZodType<Output>): Output {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(name, "it is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(name, describeIssues(parsed.error));
  return parsed.data;
}

function invalid(name: string, reason: string): AwsError {
  return new AwsError(
    "InvalidParameterValue",
    `The value for parameter ${name} is invalid. Reason: ${reason}`,
  );
}
