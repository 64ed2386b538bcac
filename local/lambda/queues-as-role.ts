import { AwsError } from "../wire/aws-error.ts";
import type { LambdaOptions, QueueReader } from "./ports.ts";

/**
 * Queues as an event source mapping may read them: with the role of its function.
 * (Lambda developer guide, execution role permissions for SQS)
 * @throws AwsError AccessDenied from each call that the role does not allow
 */
export function queuesAsRole(
  { queues, refusal }: Pick<LambdaOptions, "queues" | "refusal">,
  role: { readonly roleArn: string; readonly functionName: string },
): QueueReader {
  if (!refusal) return queues;
  const need = (resource: string, ...actions: readonly string[]) => {
    for (const action of actions) {
      const message = refusal(role.roleArn, role.functionName, { action, resource });
      if (message !== undefined) throw new AwsError("AccessDenied", message, { statusCode: 403 });
    }
  };
  return {
    ...queues,
    async receive(queueArn, ...rest) {
      need(queueArn, "sqs:ReceiveMessage", "sqs:GetQueueAttributes");
      return queues.receive(queueArn, ...rest);
    },
    async delete(queueArn, receiptHandles) {
      need(queueArn, "sqs:DeleteMessage");
      return queues.delete(queueArn, receiptHandles);
    },
  };
}
