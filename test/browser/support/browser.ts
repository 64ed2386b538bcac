import { type Browser, chromium } from "playwright-core";
import { findChromium } from "./chromium.ts";

/** Nothing of the machine's: no sandbox that containers forbid, no GPU, the same text everywhere. */
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--hide-scrollbars"];

/** @throws Error that says what to do where there is no browser */
export async function launchBrowser(): Promise<Browser> {
  const found = await findChromium();
  if (!found) {
    throw new Error(
      `No browser for ${process.platform} on ${process.arch} comes with npm: name one by LONGSHORE_BROWSER`,
    );
  }
  return chromium.launch({
    executablePath: found.executable,
    args: ARGUMENTS,
    env: { ...process.env, ...found.environment } as Record<string, string>,
  });
}
