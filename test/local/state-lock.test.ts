import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockState, StateFolderError, StateInUseError } from "../../local/state-lock.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "longshore-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The claim of a process that lives. */
function claimOfAnother(): string {
  const file = join(folder, "runtime.pid");
  writeFileSync(file, String(process.ppid));
  return file;
}

it("a state folder belongs to one runtime, until it gives it up", () => {
  const file = claimOfAnother();
  expect(() => lockState(folder)).toThrow(StateInUseError);
  rmSync(file);
  const giveUp = lockState(folder);
  expect(existsSync(file)).toBe(true);
  giveUp();
  expect(existsSync(file)).toBe(false);
});

it("a claim from before the machine was started counts no more, though another process has its number by now", () => {
  const file = claimOfAnother();
  const beforeBoot = Date.now() / 1_000 - uptime() - 3_600;
  utimesSync(file, beforeBoot, beforeBoot);
  expect(() => lockState(folder)()).not.toThrow();
});

it("a folder that cannot be made is an error that says so", () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "");
  expect(() => lockState(join(file, "state"))).toThrow(StateFolderError);
});
