import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** An output of the stack by which `npx longshore` finds what it works on; its name is its logical id. */
export function operatorOutput(scope: Construct, name: string, value: string, description: string): void {
  new CfnOutput(Stack.of(scope), name, { value, description });
}
