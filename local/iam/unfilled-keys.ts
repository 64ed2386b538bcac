import type { PolicyDocument } from "./policy-document.ts";

/**
 * Condition keys that the runtime fills, where a request has them. A condition on any other key is decided as if the
 * request did not carry it, which on AWS it might; whoever wrote it is told.
 */
const FILLED: readonly RegExp[] = [
  /^aws:(?:currenttime|epochtime|requestedregion|resourceaccount|securetransport|sourceip|useragent|userid)$/,
  /^aws:(?:principalaccount|principalarn|principalisawsservice|principalservicename|principaltype)$/,
  /^aws:(?:sourceaccount|sourcearn|sourceowner|tagkeys|viaawsservice|requesttag\/.+)$/,
  /^application-autoscaling:(?:scalable-dimension|service-namespace)$/,
  /^cloudwatch:namespace$/,
  /^dynamodb:(?:returnconsumedcapacity|returnvalues|select)$/,
  /^ecs:(?:capacity-provider|cluster|createaction|enable-execute-command|task-cpu|task-definition|task-memory)$/,
  /^elasticfilesystem:(?:accessedviamounttarget|accesspointarn)$/,
  /^events:(?:detail-type|source|targetarn)$/,
  /^iam:passedtoservice$/,
  /^lambda:functionarn$/,
  /^s3:(?:authtype|delimiter|if-match|if-none-match|max-keys|prefix|resourceaccount|signatureversion|tlsversion|versionid)$/,
  /^s3:(?:requestobjecttag\/.+|requestobjecttagkeys|x-amz-(?:acl|content-sha256|copy-source|metadata-directive))$/,
  /^s3:x-amz-(?:server-side-encryption(?:-aws-kms-key-id)?|storage-class|website-redirect-location)$/,
  /^secretsmanager:(?:description|forcedeletewithoutrecovery|name|secretid|versionid|versionstage)$/,
  /^sns:(?:endpoint|protocol)$/,
  /^ssm:(?:overwrite|recursive)$/,
  /^sts:(?:externalid|rolesessionname)$/,
];

/** Condition keys of a policy that the runtime never fills. */
export function unfilledKeys({ statements }: PolicyDocument): readonly string[] {
  const keys = statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));
  return [...new Set(keys)].filter((key) => !isFilled(key));
}

export function isFilled(key: string): boolean {
  return FILLED.some((pattern) => pattern.test(key.toLowerCase()));
}
