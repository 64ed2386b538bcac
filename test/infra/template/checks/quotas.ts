import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";

/** CloudFormation's quotas on one template, of which 80 % may be used. Source: CloudFormation user guide, quotas. */
const QUOTAS = { bytes: 1024 * 1024, Resources: 500, Outputs: 200, Parameters: 200, Mappings: 200 };
const ALLOWED = 0.8;

export function checkQuotas(template: Template): void {
  const whole = template.toJSON();
  // As CDK writes it.
  expect(Buffer.byteLength(JSON.stringify(whole, undefined, 1))).toBeLessThan(QUOTAS.bytes * ALLOWED);
  for (const section of ["Resources", "Outputs", "Parameters", "Mappings"] as const) {
    expect(Object.keys(whole[section] ?? {}).length, section).toBeLessThan(QUOTAS[section] * ALLOWED);
  }
}
