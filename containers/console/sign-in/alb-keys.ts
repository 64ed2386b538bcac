/**
 * Where the public keys are with which an Application Load Balancer signs what it says of people.
 * Source: Elastic Load Balancing user guide, "Authenticate users using an Application Load Balancer".
 * @returns undefined where AWS documents no address: in China and in isolated regions
 */
export function albKeysUrl(region: string): string | undefined {
  if (/^us-gov-/.test(region)) return `https://s3-${region}.amazonaws.com/aws-elb-public-keys-prod-${region}`;
  if (region === "" || /^cn-|-iso[a-z]?-|^eusc-/.test(region)) return undefined;
  return `https://public-keys.auth.elb.${region}.amazonaws.com`;
}
