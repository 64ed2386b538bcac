import { z } from "zod";
import { refuseUnprefixed } from "./config/given.ts";
import { ConfigError, SETTING_NAMES } from "./config.ts";
import { effectiveConfig } from "./effective-config.ts";

// Started as CDK starts an app: context in the environment. `npx longshore config` renders what this prints.
const context = z.record(z.string(), z.unknown()).parse(JSON.parse(process.env.CDK_CONTEXT_JSON ?? "{}"));
try {
  refuseUnprefixed(SETTING_NAMES, context);
  console.log(JSON.stringify(effectiveConfig(context, process.env)));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
