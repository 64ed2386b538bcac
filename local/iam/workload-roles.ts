import { arn, type Realm } from "../wire/realm.ts";
import type { Authorizer } from "./authorizer.ts";

/** Names the session of a role that is tried before there is a task or function. */
const TRIAL = "trial";

/**
 * Whether ECS may take on a role for a task. It names the account and region that the task is in: a condition on
 * anything narrower does not let it in. (ECS developer guide, "Amazon ECS task IAM role")
 * @throws AwsError AssumeRoleFailed
 */
export function takeOnTaskRole(authorizer: Authorizer, realm: Realm, roleArn: string): void {
  authorizer.assume("ecs-tasks.amazonaws.com", roleArn, TRIAL, arn(realm, "ecs", "*"));
}

/**
 * Whether Lambda may take on a function's role. AWS documents no source that it names as it does: a condition on one
 * does not let it in.
 * @throws AwsError AssumeRoleFailed
 */
export function takeOnFunctionRole(authorizer: Authorizer, roleArn: string): void {
  authorizer.assume("lambda.amazonaws.com", roleArn, TRIAL);
}
