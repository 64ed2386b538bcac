import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identify } from "../../../local/iam/principal.ts";
import { createRoles, type Roles } from "../../../local/iam/roles.ts";
import { createSessions } from "../../../local/iam/sessions.ts";
import { createSts } from "../../../local/sts/sts.ts";
import { type Endpoint, startEndpoint } from "../embedded/serve.ts";

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const trust = (Principal: object, Condition?: object) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...(Condition && { Condition }) }],
});

describe("STS", () => {
  let endpoint: Endpoint;
  let roles: Roles;

  beforeEach(async () => {
    endpoint = await startEndpoint((request) => identify(request, sessions, endpoint.realm).caller);
    roles = createRoles(endpoint.realm);
    const sessions = createSessions(endpoint.realm);
    endpoint.use(createSts({ realm: endpoint.realm, roles, sessions }));
  });
  afterEach(() => endpoint.stop());

  const client = (credentials: Keys = endpoint.client.credentials) =>
    new STSClient({ ...endpoint.client, credentials });
  const assume = async (RoleArn: string, more: object = {}, sts = client()) =>
    sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "me", ...more }));

  async function clientOf(roleArn: string) {
    const { Credentials } = await assume(roleArn);
    return client({
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    });
  }

  it("says who signs: the administrator, or a role's session", async () => {
    const admin = await client().send(new GetCallerIdentityCommand());
    expect(admin).toMatchObject({ Account: "000000000000", Arn: "arn:aws:iam::000000000000:root" });
    const role = roles.putRole(
      { RoleName: "worker", AssumeRolePolicyDocument: trust({ AWS: "arn:aws:iam::000000000000:root" }) },
      "x",
    );
    const session = await (await clientOf(role.arn)).send(new GetCallerIdentityCommand());
    expect(session).toMatchObject({
      Arn: "arn:aws:sts::000000000000:assumed-role/worker/me",
      UserId: `${role.id}:me`,
    });
  });

  it("gives a role to whom its trust policy lets in, and to nobody else", async () => {
    const open = roles.putRole({ AssumeRolePolicyDocument: trust({ AWS: "000000000000" }) }, "open");
    const task = roles.putRole(
      { AssumeRolePolicyDocument: trust({ Service: "ecs-tasks.amazonaws.com" }) },
      "task",
    );
    const named = roles.putRole({ AssumeRolePolicyDocument: trust({ AWS: open.arn }) }, "named");
    await expect(assume(task.arn)).rejects.toThrow(
      /not authorized to perform: sts:AssumeRole.*no resource-based/,
    );
    await expect(assume(named.arn)).rejects.toThrow(/no resource-based policy/);
    await expect(assume("arn:aws:iam::000000000000:role/none")).rejects.toMatchObject({
      name: "AccessDenied",
    });
    const chained = await assume(named.arn, {}, await clientOf(open.arn));
    expect(chained.AssumedRoleUser?.Arn).toBe("arn:aws:sts::000000000000:assumed-role/named/me");
    await expect(assume(open.arn, {}, await clientOf(open.arn))).rejects.toThrow(/no identity-based policy/);
  });

  it("holds to the conditions of the trust policy and to the role's longest session", async () => {
    const role = roles.putRole(
      {
        AssumeRolePolicyDocument: trust(
          { AWS: "000000000000" },
          { StringEquals: { "sts:ExternalId": "secret" } },
        ),
      },
      "external",
    );
    await expect(assume(role.arn)).rejects.toMatchObject({ name: "AccessDenied" });
    const { Credentials } = await assume(role.arn, { ExternalId: "secret", DurationSeconds: 900 });
    const seconds = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(890);
    expect(seconds).toBeLessThanOrEqual(901);
    await expect(assume(role.arn, { ExternalId: "secret", DurationSeconds: 3_601 })).rejects.toThrow(
      /3600 seconds/,
    );
  });

  it("names what it does not play", async () => {
    await expect(client().send(new GetSessionTokenCommand())).rejects.toThrow(
      "sts GetSessionToken is not played",
    );
    const { arn } = roles.putRole({ AssumeRolePolicyDocument: trust({ AWS: "000000000000" }) }, "r");
    await expect(assume(arn, { Tags: [{ Key: "a", Value: "b" }] })).rejects.toThrow("sts AssumeRole: Tags");
  });
});
