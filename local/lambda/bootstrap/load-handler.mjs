import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  CallbackHandlerDeprecated,
  HandlerNotFound,
  ImportModuleError,
  MalformedHandlerName,
  UserCodeSyntaxError,
} from "./errors.mjs";

/**
 * Finds the function behind a handler setting such as `folder/index.nested.handler`.
 * Throws the errors that the managed runtime throws, under the same names.
 */
export async function loadHandler(taskRoot, setting) {
  const match = /^([^.]*)\.(.*)$/.exec(basename(setting));
  if (!match || setting.includes("..")) throw new MalformedHandlerName("Bad handler");
  const [, moduleName, exportPath] = match;
  const modulePath = join(taskRoot, dirname(setting), moduleName);
  const namespace = await importModule(modulePath, moduleName);
  const handler = member(namespace, exportPath) ?? member(namespace.default, exportPath);
  if (handler === undefined) throw new HandlerNotFound(`${setting} is undefined or not exported`);
  if (typeof handler !== "function") throw new HandlerNotFound(`${setting} is not a function`);
  if (handler.length >= 3) throw callbackRefusal();
  return handler;
}

function member(object, path) {
  return path.split(".").reduce((nested, key) => nested?.[key], object);
}

async function importModule(path, name) {
  const file = [".js", ".mjs", ".cjs"].map((extension) => path + extension).find((it) => existsSync(it));
  if (!file) throw new ImportModuleError(`Error: Cannot find module '${name}'`);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw new ImportModuleError(String(error), { cause: error });
    }
    if (error instanceof SyntaxError) {
      throw Object.assign(new UserCodeSyntaxError(String(error)), { stack: error.stack });
    }
    throw error;
  }
}

/** A third parameter is a callback: refused from Node.js 24 on; on older runtimes AWS would still run it. */
function callbackRefusal() {
  const major = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1]);
  return new CallbackHandlerDeprecated(
    major >= 24
      ? "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html."
      : "The local runtime does not play callback-based function handlers; return a promise instead.",
  );
}
