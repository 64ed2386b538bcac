import { AwsError } from "../../wire/aws-error.ts";

/** An expression that CloudWatch would refuse. */
export class ExpressionError extends AwsError {
  constructor(reason: string) {
    super("ValidationError", `Error in expression: ${reason}`);
    this.name = "ExpressionError";
  }
}
