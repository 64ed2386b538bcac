import { AspectPriority, Aspects, type IAspect, type Stack } from "aws-cdk-lib";
import { CfnClusterCapacityProviderAssociations, CfnService } from "aws-cdk-lib/aws-ecs";
import type { IConstruct } from "constructs";

/**
 * Has every service wait for the cluster's capacity providers: ECS refuses a strategy that names one which is not yet
 * associated with the cluster, and nothing in a template says that one needs the other.
 */
class ServicesAfterProviders implements IAspect {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnService)) return;
    for (const other of this.#stack.node.findAll()) {
      if (other instanceof CfnClusterCapacityProviderAssociations) node.addResourceDependency(other);
    }
  }
}

/** CDK makes the association by an aspect itself: this one runs after all that change the tree. */
export function startServicesAfterProviders(stack: Stack): void {
  Aspects.of(stack).add(new ServicesAfterProviders(stack), { priority: AspectPriority.READONLY });
}
