import { describe, expect, it } from "vitest";
import { albKeysUrl } from "../../../../containers/console/sign-in/alb-keys.ts";
import { oidcSettings } from "../../../../containers/console/sign-in/oidc.ts";

describe("the public keys of an Application Load Balancer", () => {
  it.each([
    ["eu-central-1", "https://public-keys.auth.elb.eu-central-1.amazonaws.com"],
    ["us-gov-west-1", "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1"],
    ["us-gov-east-1", "https://s3-us-gov-east-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-east-1"],
    ["cn-north-1", undefined],
    ["us-iso-east-1", undefined],
    ["us-isob-east-1", undefined],
  ])("of %s are at %s", (region, url) => {
    expect(albKeysUrl(region)).toBe(url);
  });

  const settings = (region: string, keysUrl?: string) => ({
    signer: `arn:aws-any:elasticloadbalancing:${region}:000000000000:loadbalancer/app/console/1`,
    roleClaim: "groups",
    administrators: ["operators"],
    ...(keysUrl && { keysUrl }),
  });

  it("are looked for where its ARN says that it is, or where the configuration says", () => {
    expect(oidcSettings.parse(settings("us-gov-east-1")).keysUrl).toMatch(/^https:\/\/s3-us-gov-east-1\./);
    const own = "https://keys.example.com";
    expect(oidcSettings.parse(settings("cn-north-1", own)).keysUrl).toBe(own);
  });

  it("have to be named where nobody documents them", () => {
    expect(oidcSettings.safeParse(settings("cn-north-1")).error?.issues).toMatchObject([
      { path: ["keysUrl"], message: expect.stringContaining("cn-north-1") },
    ]);
  });
});
