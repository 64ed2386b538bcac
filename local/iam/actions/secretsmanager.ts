import { arn } from "../../wire/realm.ts";
import {
  type ActionMapping,
  type ActionMappings,
  type Input,
  on,
  type ResourceFacts,
  tagContext,
  tagsOf,
} from "./requirement.ts";

/** Policies see the full ARN, whichever way the secret was named; an unknown one is asked about by its name. */
function secretArn({ SecretId }: Input, { realm, secretArn: find }: ResourceFacts): string {
  return (
    find(SecretId) ??
    (SecretId.startsWith("arn:") ? SecretId : arn(realm, "secretsmanager", `secret:${SecretId}`))
  );
}

const onSecret =
  (action: string): ActionMapping =>
  (input, facts) =>
    on(`secretsmanager:${action}`, secretArn(input, facts), {
      "secretsmanager:SecretId": secretArn(input, facts),
      "secretsmanager:VersionId": input.VersionId,
      "secretsmanager:VersionStage": input.VersionStage,
      "secretsmanager:ForceDeleteWithoutRecovery":
        input.ForceDeleteWithoutRecovery === undefined ? undefined : String(input.ForceDeleteWithoutRecovery),
      ...tagContext(tagsOf(input.Tags)),
      ...(input.TagKeys && { "aws:TagKeys": input.TagKeys }),
    });

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
export const secretsmanagerActions: ActionMappings = {
  CreateSecret: ({ Name, Description, Tags }, { realm }) => {
    // AWS appends six random characters, which a policy covers with "-??????" or "*".
    const secret = arn(realm, "secretsmanager", `secret:${Name}-??????`);
    const context = {
      "secretsmanager:Name": Name,
      "secretsmanager:Description": Description,
      ...tagContext(tagsOf(Tags)),
    };
    return [
      ...on("secretsmanager:CreateSecret", secret, context),
      ...(Tags?.length > 0 ? on("secretsmanager:TagResource", secret, context) : []),
    ];
  },
  DeleteSecret: onSecret("DeleteSecret"),
  DescribeSecret: onSecret("DescribeSecret"),
  GetRandomPassword: () => on("secretsmanager:GetRandomPassword", "*"),
  GetSecretValue: onSecret("GetSecretValue"),
  ListSecrets: () => on("secretsmanager:ListSecrets", "*"),
  PutSecretValue: onSecret("PutSecretValue"),
  RestoreSecret: onSecret("RestoreSecret"),
  TagResource: onSecret("TagResource"),
  UntagResource: onSecret("UntagResource"),
  UpdateSecret: onSecret("UpdateSecret"),
};
