import { RemovalPolicy } from "aws-cdk-lib";
import { Secret as EcsSecret } from "aws-cdk-lib/aws-ecs";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";

/** Letters and digits: 62⁴⁰ of them, and nothing that a shell or a URL would want escaped. */
const TOKEN = { passwordLength: 40, excludePunctuation: true };

/** The two tokens that let people and programs into the console, generated with the stack. */
export class ConsoleTokens extends Construct {
  readonly uploader: Secret;
  readonly administrator: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.uploader = this.token("Uploader", "Token of uploaders for the console");
    this.administrator = this.token("Administrator", "Token of administrators for the console");
  }

  /** By the variables in which the console finds them. */
  secrets(): Record<string, EcsSecret> {
    return {
      UPLOADER_TOKEN: EcsSecret.fromSecretsManager(this.uploader as ISecret),
      ADMINISTRATOR_TOKEN: EcsSecret.fromSecretsManager(this.administrator as ISecret),
    };
  }

  /** They are worth nothing without the stack, and a new one makes its own. */
  private token(id: string, description: string): Secret {
    return new Secret(this, id, {
      description,
      generateSecretString: TOKEN,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
