import { App } from "aws-cdk-lib";
import { readConfig } from "./config.ts";
import { LongshoreStack } from "./longshore-stack.ts";
import { pipelines } from "./pipelines.ts";

const app = new App();

new LongshoreStack(app, "Longshore", {
  description: "Longshore: event-driven container processing on Amazon ECS",
  config: readConfig(app.node),
  pipelines,
});
