import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App, CfnOutput } from "aws-cdk-lib";
import { AccountRootPrincipal, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { parseConfig } from "../../infra/config.ts";
import { LongshoreStack } from "../../infra/longshore-stack.ts";
import { pipelines } from "../../infra/pipelines.ts";
import { PROJECT_ROOT } from "../../infra/project-root.ts";

/**
 * Longshore as it is, with one change: whoever measures may take on the worker's and the console's role too, and is
 * held to their policies. No worker runs unless there is work. Below the project, where images find their modules.
 * @returns the assembly's folder, and how to be rid of it
 */
export function synthesizeRoleApp(): { readonly directory: string; remove(): void } {
  const outdir = join(PROJECT_ROOT, ".cache", `role-app-${process.pid}`);
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, "cdk.json"), "utf8")) as {
    context: Record<string, unknown>;
  };
  const app = new App({ context, outdir });
  const stack = new LongshoreStack(app, "Longshore", { config: parseConfig({ minWorkers: 0 }), pipelines });
  const out = (name: string, value: string) => new CfnOutput(stack, `Bench${name}`, { value });
  const open = (name: string, path: string) => {
    const role = stack.node.findAll().find(({ node }) => node.path === path);
    if (!(role instanceof Role)) throw new TypeError(`${path} is not a role of the stack`);
    role.assumeRolePolicy?.addStatements(
      new PolicyStatement({ actions: ["sts:AssumeRole"], principals: [new AccountRootPrincipal()] }),
    );
    out(name, role.roleArn);
  };
  open("WorkerRole", "Longshore/QueueWorkers/Worker/TaskRole");
  open("ConsoleRole", "Longshore/Console/Task/TaskRole");
  out("QueueUrl", stack.platform.undelivered.queueUrl);
  app.synth();
  return { directory: outdir, remove: () => rmSync(outdir, { recursive: true, force: true }) };
}
