import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ACKNOWLEDGEMENTS } from "../../../infra/acknowledgements.ts";
import { withApp } from "./synthesize.ts";

/** Findings of cdk-nag's AwsSolutions as `rule path`, the path below the stack. */
function findings(settings: Readonly<Record<string, unknown>> = {}): string[] {
  return withApp({ settings }, ({ app, stack }) =>
    new AwsSolutionsChecks(app)
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(
          ({ constructPath = "" }) => `${ruleName} ${constructPath.replace(`${stack.node.path}/`, "")}`,
        ),
      ),
  );
}

describe("cdk-nag's AwsSolutions", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    {},
    { alertEmail: "operations@example.com" },
    { compute: "ec2", instanceSessions: true },
    { compute: "mixed", architecture: "arm64", efs: "off" },
    { architecture: "arm64", minWorkers: 0, maximumBurst: 0, removalPolicy: "destroy" },
  ])("finds nothing in the app with %j", (settings) => {
    expect(findings(settings)).toEqual([]);
  });

  it("would find what each acknowledgement is about, on the resource that it is about", () => {
    vi.spyOn(Validations.prototype, "acknowledge").mockImplementation(() => {});
    const found = [
      ...findings({ alertEmail: "operations@example.com", compute: "mixed" }),
      ...findings({ efs: "off" }),
    ];
    const idle = ACKNOWLEDGEMENTS.flatMap(({ at, rules }) =>
      at.flatMap((path) =>
        rules
          .map((rule) => `AwsSolutions-${rule} ${path}`)
          // Of most constructs the resource is the child `Resource`; of a few they are it themselves.
          .filter(
            (acknowledged) => !found.includes(`${acknowledged}/Resource`) && !found.includes(acknowledged),
          ),
      ),
    );
    expect(idle).toEqual([]);
  });

  it("is told why, each time", () => {
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason.length).toBeGreaterThan(40);
  });
});
