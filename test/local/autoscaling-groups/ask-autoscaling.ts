import { XMLParser } from "fast-xml-parser";

const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === "member" });

/** A call of EC2 Auto Scaling's API over the query protocol. @throws Error with the code and message of a refusal */
export async function askAutoScaling(
  endpoint: string,
  Action: string,
  form: Readonly<Record<string, string>> = {},
) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `admin/${time.slice(0, 8)}/us-east-1/autoscaling/aws4_request`;
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "x-amz-date": time,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    },
    body: new URLSearchParams({ Action, Version: "2011-01-01", ...form }),
  });
  const body = parser.parse(await response.text());
  if (response.ok) return body[`${Action}Response`][`${Action}Result`];
  const { Code, Message } = body.ErrorResponse.Error;
  throw new Error(`${Code}: ${Message}`);
}

export interface ShownGroup {
  readonly AutoScalingGroupName: string;
  readonly DesiredCapacity: string;
  readonly MinSize: string;
  readonly MaxSize: string;
  readonly AvailabilityZones: { readonly member: readonly string[] };
  readonly Instances: {
    readonly member?: readonly {
      readonly InstanceId: string;
      readonly AvailabilityZone: string;
      readonly LifecycleState: string;
      readonly ProtectedFromScaleIn: string;
    }[];
  };
}

/** The one group that there is. */
export async function onlyGroup(endpoint: string): Promise<ShownGroup> {
  const { AutoScalingGroups } = await askAutoScaling(endpoint, "DescribeAutoScalingGroups");
  const [group, ...more] = AutoScalingGroups.member as ShownGroup[];
  if (!group || more.length > 0) throw new RangeError("not one group");
  return group;
}
