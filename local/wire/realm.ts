/** The make-believe account that the local runtime plays. */
export interface Realm {
  readonly partition: "aws";
  readonly accountId: string;
  readonly region: string;
  /** Where the endpoint answers, e.g. `http://127.0.0.1:4566`; no slash at the end. */
  readonly endpoint: string;
}

/** The account id that local AWS tools have agreed on; the embedded SQS, SNS and DynamoDB use it too. */
export const LOCAL_ACCOUNT_ID = "000000000000";
export const LOCAL_REGION = "us-east-1";

/** `arn:aws:<service>:<region>:<account>:<resource>`; pass `region: ""` for global services. */
export function arn(realm: Realm, service: string, resource: string, region: string = realm.region): string {
  return `arn:${realm.partition}:${service}:${region}:${realm.accountId}:${resource}`;
}
