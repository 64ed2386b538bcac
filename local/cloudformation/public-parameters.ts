import { createHash } from "node:crypto";

/** Templates ask for at least 6; this is far enough ahead for any that the CDK writes. */
const BOOTSTRAP_VERSION = "30";

/**
 * SSM parameters that every account has: AWS's public ones that templates read, and the version of the CDK's
 * bootstrap stack. AMI ids are made up from the name, so that the same name always gives the same id.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
 */
export function publicParameter(name: string): string | undefined {
  if (/^\/cdk-bootstrap\/[^/]+\/version$/.test(name)) return BOOTSTRAP_VERSION;
  const isImageId =
    /^\/aws\/service\/ecs\/optimized-ami\/.+\/image_id$/.test(name) ||
    /^\/aws\/service\/ami-amazon-linux-latest\/[^/]+$/.test(name) ||
    /^\/aws\/service\/bottlerocket\/.+\/image_id$/.test(name);
  if (!isImageId) return undefined;
  return `ami-${createHash("sha256").update(name).digest("hex").slice(0, 17)}`;
}
