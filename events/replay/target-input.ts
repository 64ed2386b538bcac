import type { RuleTarget } from "./replay-place.ts";

/** The one variable that this system's transformers use; its value is the whole event. */
const WHOLE_EVENT = "<aws.events.event.json>";

/**
 * What a rule's target would have been given for an event, which is what EventBridge puts into a dead-letter queue.
 * @returns undefined for a transformation that is not repeated here
 */
export function targetInput(target: RuleTarget, event: string): string | undefined {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined && InputPath !== "$") return undefined;
  if (InputTransformer === undefined) return event;
  const { InputPathsMap = {}, InputTemplate = "" } = InputTransformer;
  if (Object.keys(InputPathsMap).length > 0) return undefined;
  const filled = InputTemplate.replaceAll(WHOLE_EVENT, () => event);
  return /<aws\.events\.[\w.-]+>/.test(InputTemplate.replaceAll(WHOLE_EVENT, "")) ? undefined : filled;
}
