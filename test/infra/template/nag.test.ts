import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ACKNOWLEDGEMENTS, withFamilies } from "../../../infra/acknowledgements.ts";
import { withApp } from "./synthesize.ts";

/** Findings of cdk-nag's AwsSolutions as `rule path`, the path below the stack. */
function findings(settings: Readonly<Record<string, unknown>> = {}): string[] {
  return withApp({ settings, assets: false }, ({ app, stack }) =>
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

  it("finds nothing in the app; combinations.test.ts asks for all configurations", () => {
    expect(findings()).toEqual([]);
  });

  it("would find what each acknowledgement is about, on the resource that it is about", () => {
    vi.spyOn(Validations.prototype, "acknowledge").mockImplementation(() => {});
    const found = [
      {
        alertEmail: "operations@example.com",
        compute: "mixed",
        tracing: "xray",
        logDriver: "firelens",
        firelensOutputs: "s3",
      },
      { loadBalancer: "none", efs: "off" },
    ].flatMap((settings) => findings(settings));
    const idle = withApp({ assets: false }, ({ stack }) =>
      ACKNOWLEDGEMENTS.flatMap(({ at, rules }) =>
        at.flatMap((path) =>
          rules
            .map((rule) => `AwsSolutions-${withFamilies(rule, stack)} ${path}`)
            // Of most constructs the resource is the child `Resource`; of a few they are it themselves.
            .filter(
              (acknowledged) => !found.includes(`${acknowledged}/Resource`) && !found.includes(acknowledged),
            ),
        ),
      ),
    );
    expect(idle).toEqual([]);
  });

  it("is told why, each time", () => {
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason.length).toBeGreaterThan(40);
  });
});
