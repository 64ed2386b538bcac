import { App } from "aws-cdk-lib";
import { readConfig } from "../../infra/index.ts";
import { LettersStack } from "./letters-stack.ts";

const app = new App();

new LettersStack(app, "Letters", { config: readConfig(app.node) });
