import { arn, type Realm } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on, tagContext, tagsOf } from "./requirement.ts";

/** A parameter by name or ARN, maybe with `:version` or `:label` behind it; the ARN has one slash, the name's own or not. */
export function parameterArn(realm: Realm, reference: string): string {
  const prefix = arn(realm, "ssm", "parameter/");
  const name = reference.startsWith(prefix) ? reference.slice(prefix.length) : reference;
  return `${prefix}${name.replace(/:.*$/s, "").replace(/^\//, "")}`;
}

const onName =
  (action: string): ActionMapping =>
  ({ Name }, { realm }) =>
    on(`ssm:${action}`, parameterArn(realm, Name));
const onNames =
  (action: string): ActionMapping =>
  ({ Names }, { realm }) =>
    Names.flatMap((name: string) => on(`ssm:${action}`, parameterArn(realm, name)));

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const ssmActions: ActionMappings = {
  DeleteParameter: onName("DeleteParameter"),
  DeleteParameters: onNames("DeleteParameters"),
  DescribeParameters: () => on("ssm:DescribeParameters", "*"),
  GetParameter: onName("GetParameter"),
  GetParameters: onNames("GetParameters"),
  GetParametersByPath: ({ Path, Recursive }, { realm }) =>
    on("ssm:GetParametersByPath", arn(realm, "ssm", `parameter/${Path.replace(/^\/|\/$/g, "")}`), {
      "ssm:Recursive": String(Recursive ?? false),
    }),
  PutParameter: ({ Name, Overwrite, Tags }, { realm }) => [
    ...on("ssm:PutParameter", parameterArn(realm, Name), {
      "ssm:Overwrite": String(Overwrite ?? false),
      ...tagContext(tagsOf(Tags)),
    }),
    ...(Tags?.length > 0
      ? on("ssm:AddTagsToResource", parameterArn(realm, Name), tagContext(tagsOf(Tags)))
      : []),
  ],
};
