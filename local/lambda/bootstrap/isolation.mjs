import { realpathSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * A function sees its own folder and the packages that the managed runtime brings along (the AWS SDK), nothing
 * else of this machine. Without this, a dependency missing from the bundle would be found in the project's
 * node_modules here and fail on AWS alone.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
const BROUGHT_ALONG = /^@(aws-sdk|smithy|aws-crypto|aws)\//;

export function isolateModules(taskRoot) {
  const root = pathToFileURL(`${realpathSync(taskRoot)}/`).href;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!context.parentURL?.startsWith(root)) return nextResolve(specifier, context);
      if (BROUGHT_ALONG.test(specifier)) {
        try {
          return nextResolve(specifier, context);
        } catch {
          return nextResolve(specifier, { ...context, parentURL: import.meta.url });
        }
      }
      const found = nextResolve(specifier, context);
      if (found.url.startsWith("file:") && !found.url.startsWith(root)) {
        throw missing(specifier, context.parentURL);
      }
      return found;
    },
  });
}

function missing(specifier, parentUrl) {
  const error = new Error(
    `Cannot find package '${specifier}' imported from ${fileURLToPath(parentUrl)} (it is not in the function's bundle)`,
  );
  return Object.assign(error, { code: "ERR_MODULE_NOT_FOUND" });
}
