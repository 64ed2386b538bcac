/**
 * A function that is loaded at its first call, with the SDK client that it needs: what few invocations call, no cold
 * start should have to read. The bundle keeps it in a file of its own.
 */
export function whenNeeded<Input extends unknown[], Output>(
  load: () => Promise<(...input: Input) => Promise<Output>>,
): (...input: Input) => Promise<Output> {
  let loaded: ReturnType<typeof load> | undefined;
  return async (...input) => {
    loaded ??= load();
    return (await loaded)(...input);
  };
}
