import type { TestProject } from "vitest/node";
import { findChromium } from "./chromium.ts";
import { type System, startSystem } from "./system.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Undefined where there is no browser to look at it with. */
    system: System | undefined;
  }
}

/** One system, and one unpacked browser, for all files. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!(await findChromium())) {
    console.warn("No browser comes with npm for this machine: name one by LONGSHORE_BROWSER. Skipped.");
    project.provide("system", undefined);
    return undefined;
  }
  const { stop, ...system } = await startSystem();
  project.provide("system", system);
  return stop;
}
