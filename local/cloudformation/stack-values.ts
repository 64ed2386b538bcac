import { TemplateError } from "./errors.ts";
import type { Scope } from "./scope.ts";
import type { StackStore } from "./stack-store.ts";

/** What a template sees of the stacks that were played before it. */
export function otherStacks(store: StackStore): Pick<Scope, "importValue" | "stackOutput"> {
  return {
    importValue(exportName) {
      const found = store.exports().get(exportName);
      if (found) return found.output.value;
      throw new TemplateError(`no stack exports ${exportName}`);
    },
    stackOutput(stackName, outputName) {
      const stack = store.stack(stackName);
      const output = stack?.outputs.find(({ key }) => key === outputName);
      if (output) return output.value;
      throw new TemplateError(
        stack ? `stack ${stackName} has no output ${outputName}` : `there is no stack ${stackName}`,
      );
    },
  };
}
