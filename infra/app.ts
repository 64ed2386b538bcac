import { App } from "aws-cdk-lib";
import { PipelinesError } from "./check-pipelines.ts";
import { refuseUnprefixed } from "./config/given.ts";
import { ConfigError, readConfig, SETTING_NAMES } from "./config.ts";

try {
  // The pipelines are checked as they are loaded.
  const [{ LongshoreStack }, { pipelines }] = await Promise.all([
    import("./longshore-stack.ts"),
    import("./pipelines.ts"),
  ]);
  const app = new App();
  refuseUnprefixed(SETTING_NAMES, app.node.getAllContext());
  new LongshoreStack(app, "Longshore", {
    description: "Longshore: event-driven container processing on Amazon ECS",
    config: readConfig(app.node),
    pipelines,
  });
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof PipelinesError)) throw error;
  // Its words say what to mend; where it was noticed does not.
  console.error(error.message);
  // At once: an app that comes to its end is synthesized.
  process.exit(1);
}
