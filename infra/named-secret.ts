import { Secret } from "aws-cdk-lib/aws-ecs";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";

/**
 * A secret of Secrets Manager that is there already. Whoever is given it may read it, and that alone: CDK's own would let
 * them describe it too.
 */
export class NamedSecret extends Secret {
  readonly arn: string;
  readonly hasField = false;

  constructor(arn: string) {
    super();
    this.arn = arn;
  }

  grantRead(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ["secretsmanager:GetSecretValue"],
      resourceArns: [this.arn],
    });
  }
}
