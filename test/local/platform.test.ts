import { expect, it } from "vitest";
import { checkPlatform, UnsupportedPlatformError } from "../../local/platform.ts";

it("refuses a system without process groups by name, and says what to use", () => {
  for (const platform of ["linux", "darwin"]) checkPlatform(platform);
  expect(() => checkPlatform("win32")).toThrow(UnsupportedPlatformError);
  expect(() => checkPlatform("win32")).toThrow(/not on win32.*WSL 2/);
});
