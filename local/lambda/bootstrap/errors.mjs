/**
 * How the Node.js runtime of Lambda reports failures: named errors of its own, and the JSON that the caller
 * of a failed function receives.
 */

const named = (name) =>
  class extends Error {
    name = `Runtime.${name}`;
  };

export const ImportModuleError = named("ImportModuleError");
export const HandlerNotFound = named("HandlerNotFound");
export const MalformedHandlerName = named("MalformedHandlerName");
export const UserCodeSyntaxError = named("UserCodeSyntaxError");
export const CallbackHandlerDeprecated = named("CallbackHandlerDeprecated");
export const NodeJsExit = named("NodeJsExit");
export const UnhandledPromiseRejection = named("UnhandledPromiseRejection");

/** The response payload for a thrown value. */
export function toPayload(thrown) {
  if (thrown instanceof Error || (thrown?.name && thrown?.message && thrown?.stack)) {
    return {
      errorType: String(thrown.name),
      errorMessage: String(thrown.message),
      trace: String(thrown.stack ?? "").split("\n"),
    };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

/** The text that the runtime logs beside "Invoke Error": own members included, the stack as lines. */
export function toLogText(thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const enumerable = (_key, value) =>
    value instanceof Error
      ? {
          errorType: value.name,
          errorMessage: value.message,
          code: value.code,
          ...value,
          stack: String(value.stack ?? "").split("\n"),
        }
      : value;
  try {
    return JSON.stringify(error, enumerable);
  } catch {
    return JSON.stringify(toPayload(error));
  }
}
