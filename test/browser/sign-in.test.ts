import { describe, expect, it } from "vitest";
import { visitor } from "./support/console-pages.ts";

const visit = visitor();

describe("who has not signed in", () => {
  it("is asked for a token, is told no in words, and then let in to the page that was asked for", async () => {
    visit.expectConsoleErrors(/status of 401/);
    const page = await visit.open("/jobs");
    await page.getByLabel("Token").fill("not-the-token");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "Token is not one of ours" }).waitFor();
    expect(await page.getByLabel("Token").getAttribute("aria-invalid")).toBe("true");

    await page.getByLabel("Token").fill(visit.system.tokens.administrator);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Jobs" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/jobs");
  });
});

describe("the address that npm start prints", () => {
  it("signs in once: the token is gone from the address and from the history, and no script can read the session", async () => {
    const page = await visit.open("/", { role: "administrator" });
    await page.getByRole("heading", { name: "Drop files", exact: true }).waitFor();
    expect(page.url()).not.toContain("token");
    expect(await page.evaluate(() => document.cookie)).toBe("");
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: expect.stringMatching(/Lax|Strict/) });
    await page.reload();
    await page.getByRole("heading", { name: "Drop files", exact: true }).waitFor();
  });
});

describe("an uploader", () => {
  it("drops files and reads jobs, and is told what the other pages need", async () => {
    const page = await visit.open("/cluster", { role: "uploader" });
    await page.getByRole("heading", { name: "For administrators" }).waitFor();
    const pages = await page.getByRole("navigation").getByRole("link").allTextContents();
    expect(pages).toEqual(["Drop", "Jobs"]);
  });
});

describe("signing out", () => {
  it("ends the session for every tab", async () => {
    visit.expectConsoleErrors(/status of 401/);
    const page = await visit.open("/", { role: "administrator" });
    const other = await visit.tab(page, "/jobs");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.getByLabel("State").selectOption("failed");
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.getByText("Your session has ended").waitFor();
  });
});
