import type { FunctionConfig } from "./function-config.ts";
import type { LambdaOptions, LogWriter } from "./ports.ts";

/** Logs as a function may write them: what its role does not allow is lost, and the function runs all the same. */
export function logsAsRole(
  { logs, refusal, realm }: Pick<LambdaOptions, "logs" | "refusal" | "realm">,
  { roleArn, functionName }: FunctionConfig,
): LogWriter {
  if (!refusal) return logs;
  const { partition, region, accountId } = realm;
  return {
    ...logs,
    write(group, stream, events) {
      const resource = `arn:${partition}:logs:${region}:${accountId}:log-group:${group}:log-stream:${stream}`;
      const refused = ["logs:CreateLogStream", "logs:PutLogEvents"].some(
        (action) => refusal(roleArn, functionName, { action, resource }) !== undefined,
      );
      if (!refused) logs.write(group, stream, events);
    },
  };
}
